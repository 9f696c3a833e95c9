// Writes down what the client tells: the last events, how many refreshes, and how long a token lives.
import type { AuthClient, AuthEvents, AuthEventType } from '@latchkey/core'
import { fingerprintOf } from './fingerprint.js'
import { createStore, type Store } from './store.js'

export interface TimelineEntry {
  readonly id: number
  /** Epoch ms. */
  readonly at: number
  readonly type: AuthEventType
  readonly text: string
  readonly tone: 'calm' | 'good' | 'warn' | 'bad'
}

export interface SessionPicture {
  /** Newest first, the last dozen. */
  readonly events: readonly TimelineEntry[]
  /** Seen by this tab since it was opened; with `byThisTab` = how many of them it did itself. */
  readonly refreshes: number
  readonly byThisTab: number
  /** Of the session record; known after the first refresh. */
  readonly generation: number | undefined
  /** Of the access token in use. */
  readonly fingerprint: string | undefined
  /** How long an access token lives, in ms: as seen at the last refresh. */
  readonly lifeMs: number | undefined
}

export interface SessionRecorder {
  readonly picture: Store<SessionPicture>
  /** What a screen reader should hear; refreshes are not among it. */
  readonly announcement: Store<string>
  dispose(): void
}

const shownEvents = 12

export function createSessionRecorder(auth: AuthClient): SessionRecorder {
  const picture = createStore<SessionPicture>({
    events: [],
    refreshes: 0,
    byThisTab: 0,
    generation: undefined,
    fingerprint: undefined,
    lifeMs: undefined,
  })
  const announcement = createStore('')
  const offs: (() => void)[] = []
  let lastId = 0
  let lastExpiresAt = 0

  function change(part: Partial<SessionPicture>): void {
    picture.set({ ...picture.get(), ...part })
  }

  function listen<Type extends AuthEventType>(
    type: Type,
    tone: TimelineEntry['tone'],
    describe: (event: AuthEvents[Type]) => string,
    isSpoken = true,
  ): void {
    const off = auth.on(type, (event) => {
      const text = describe(event)
      lastId += 1
      const entry: TimelineEntry = { id: lastId, at: Date.now(), type, text, tone }
      change({ events: [entry, ...picture.get().events].slice(0, shownEvents) })
      if (isSpoken) announcement.set(text)
    })
    offs.push(off)
  }

  listen(
    'signed-in',
    'good',
    ({ returnTo }) => `Signed in${returnTo ? `, back to ${returnTo}` : ''}`,
  )
  listen('token-refreshed', 'calm', describeRefresh, false)
  listen('refresh-postponed', 'warn', ({ error }) => `Refresh postponed: ${error.reason}`)
  listen('refresh-stopped', 'bad', ({ error }) => `Refresh stopped: ${error.message}`)
  listen('session-ended', 'bad', ({ reason }) => `Session ended: ${reason}`)
  listen('session-changed', 'warn', ({ subject }) => `Another user signed in: ${subject}`)
  listen(
    'signed-out',
    'calm',
    ({ by }) => `Signed out ${by === 'this-tab' ? 'here' : 'in another tab'}`,
  )
  listen('storage-failed', 'bad', ({ error }) => `Storage failed: ${error.message}`)
  listen('step-up-required', 'warn', ({ acrValues, scope }) =>
    acrValues ? `The API wants a stronger sign-in: ${acrValues}` : `The API wants scope ${scope}`,
  )
  listen('no-refresh-token', 'warn', ({ error }) => error.message)

  offs.push(
    auth.on('token-refreshed', ({ generation, by }) => {
      const { refreshes, byThisTab } = picture.get()
      change({
        generation,
        refreshes: refreshes + 1,
        byThisTab: byThisTab + (by === 'this-tab' ? 1 : 0),
      })
    }),
    auth.subscribe(noteToken),
  )
  noteToken()

  /** A token with another end is another token: how long it has to live now is its life. */
  function noteToken(): void {
    const { state } = auth
    if (state.status !== 'signed-in' || state.expiresAt === lastExpiresAt) return
    lastExpiresAt = state.expiresAt
    const lifeMs = Math.ceil((state.expiresAt - Date.now()) / 1000) * 1000
    if (lifeMs <= 0) return
    change({ lifeMs })
    auth
      .getAccessToken()
      .then(fingerprintOf)
      .then((fingerprint) => change({ fingerprint }))
      .catch(() => change({ fingerprint: undefined }))
  }

  return {
    picture,
    announcement,
    dispose: () => {
      for (const off of offs) off()
    },
  }
}

function describeRefresh({ by, generation }: AuthEvents['token-refreshed']): string {
  return `Token ${generation} ${by === 'this-tab' ? 'fetched by this tab' : 'taken over from another tab'}`
}
