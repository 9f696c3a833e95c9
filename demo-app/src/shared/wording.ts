// What the pages say about a session, in one place for both frameworks.
import type { AuthError, AuthState, UserClaims } from '@latchkey/core'
import type { ShownTab } from './tab-presence.js'

export function nameOf(user: UserClaims): string {
  return user.name ?? user.preferred_username ?? user.email ?? user.sub
}

export function initialsOf(user: UserClaims): string {
  const words = nameOf(user)
    .split(/[\s@._-]+/)
    .filter(Boolean)
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => word?.charAt(0).toUpperCase() ?? '')
    .join('')
}

export interface Badge {
  readonly id: 'status' | 'refresh' | 'persistence'
  readonly label: string
  readonly value: string
  readonly tone: 'good' | 'calm' | 'warn' | 'bad'
}

export function badgesOf(state: AuthState): readonly Badge[] {
  const status = {
    id: 'status',
    label: 'status',
    value: state.status,
    tone: state.status === 'signed-in' ? 'good' : state.status === 'signed-out' ? 'bad' : 'warn',
  } as const
  if (state.status !== 'signed-in') return [status]
  const { refresh, persistence } = state
  return [
    status,
    {
      id: 'refresh',
      label: 'refresh',
      value: refresh,
      tone: ({ idle: 'calm', running: 'good', waiting: 'warn', stopped: 'bad' } as const)[refresh],
    },
    {
      id: 'persistence',
      label: 'tokens in',
      value: persistence,
      tone: persistence === 'memory' ? 'warn' : 'calm',
    },
  ]
}

/** What a person reads when the session has ended. */
export function endWords(error: AuthError | undefined): string {
  switch (error?.code) {
    case 'refresh-token-refused':
      return 'The issuer no longer accepts this session.'
    case 'idle':
      return 'You were away for a while.'
    case 'subject-changed':
      return 'Somebody else is signed in at the issuer now.'
    default:
      return 'Your session is over.'
  }
}

export function timeOf(epochMs: number): string {
  return new Date(epochMs).toLocaleTimeString(undefined, { hour12: false })
}

export function tabNote({ isThis, page, isVisible }: ShownTab): string {
  return [isThis && 'this one', page, !isVisible && 'hidden'].filter(Boolean).join(', ')
}

/** The wiring of this very page, as the first screen shows it. */
export const wiring = `const auth = createAuthClient({
  issuer,
  clientId: 'demo-app',
  redirectUri: '/callback',
  resources: [{ url: apiUrl }],
})

const api = axios.create({ baseURL: apiUrl })
attachAuth(api, auth)

await auth.signIn()
await api.get('/notes')`
