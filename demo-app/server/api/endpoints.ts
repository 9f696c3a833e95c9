// What the API can do. Each endpoint sees only calls with a good access token.
import { setTimeout as delay } from 'node:timers/promises'
import type { ApiAnswer, ApiCall } from './call.js'
import type { Notes } from './notes.js'

export type Endpoint = (call: ApiCall) => ApiAnswer | Promise<ApiAnswer>

/** What the demo's buttons do to the session from outside. */
export interface SessionControls {
  /** The caller's access tokens are refused from now on, long before they expire. */
  expireTokens(call: ApiCall): void
  /** Ends the caller's session at the issuer; `undefined` where the issuer is not ours. */
  readonly revokeSession: ((subject: string) => number) | undefined
}

export interface EndpointParts {
  readonly notes: Notes
  readonly controls: SessionControls
  /** The authentication context that `/step-up` insists on. */
  readonly strongAcr: string
  /** The scope that `/admin` insists on. */
  readonly adminScope: string
}

export function createEndpoints(parts: EndpointParts): Readonly<Record<string, Endpoint>> {
  const { notes, controls, strongAcr, adminScope } = parts
  return {
    'GET /notes': ({ caller }) => ({ status: 200, body: { notes: notes.list(caller.subject) } }),
    'POST /notes': (call) => addNote(notes, call),
    'GET /slow': async () => {
      await delay(2000)
      return { status: 200, body: { tookMs: 2000 } }
    },
    'GET /ping': async ({ query }) => {
      const n = Number(query.get('n') ?? 0)
      // Uneven, as real answers are, but the same in every run.
      await delay(20 + ((n * 37) % 90))
      return { status: 200, body: { n } }
    },
    'GET /me': ({ caller }) => ({ status: 200, body: caller }),
    'GET /step-up': ({ caller }) => {
      if (caller.acr === strongAcr) return { status: 200, body: { acr: caller.acr } }
      const challenge = `Bearer error="insufficient_user_authentication", error_description="This needs a stronger sign-in", acr_values="${strongAcr}"`
      return { status: 401, challenge, body: { error: 'insufficient_user_authentication' } }
    },
    'GET /admin': ({ caller }) => {
      if (caller.scopes?.includes(adminScope)) return { status: 200, body: { scope: adminScope } }
      const challenge = `Bearer error="insufficient_scope", error_description="This needs more rights", scope="${adminScope}"`
      return { status: 403, challenge, body: { error: 'insufficient_scope' } }
    },
    'GET /always-401': () => ({
      status: 401,
      challenge:
        'Bearer error="invalid_token", error_description="This endpoint refuses everybody"',
      body: { error: 'invalid_token' },
    }),
    'POST /control/expire': (call) => {
      controls.expireTokens(call)
      return { status: 204 }
    },
    'POST /control/revoke': ({ caller }) => {
      if (controls.revokeSession)
        return { status: 200, body: { revoked: controls.revokeSession(caller.subject) } }
      return { status: 501, body: { error: 'Only the embedded issuer can be told to revoke.' } }
    },
  }
}

async function addNote(notes: Notes, call: ApiCall): Promise<ApiAnswer> {
  const fields = await call.fields()
  const title = fields['title']?.trim() ?? ''
  if (title === '' || title.length > 120)
    return { status: 422, body: { error: 'A note needs a title of 1 to 120 characters.' } }
  const note = notes.add(call.caller.subject, title, (fields['text'] ?? '').slice(0, 4000))
  return { status: 201, body: { note } }
}
