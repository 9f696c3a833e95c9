/** A refresh that outlives its tab: the page's service worker is asked first (PROTOCOL rule 30). */
import type { SessionRecord, StoredAccessToken } from '../session/session-record.js'
import type { ClientContext } from './client-context.js'

/** How long the worker has to claim, in ms; then the page does it itself. */
const claimMs = 2000

/** What a page asks: no URL, no issuer, no token. */
export interface RefreshRequest {
  readonly v: 1
  readonly type: 'refresh'
  readonly client: string
  readonly session: string
  /** When the token was asked for that is to be replaced, epoch ms: any later one will do. */
  readonly startedAt: number
}

/**
 * Resolves when the worker has claimed the refresh, or is over with it, or will not do it. In each case the page goes on by the
 * ordinary rules: it waits for a claim that stands, and claims where there is none.
 */
export async function askServiceWorker<User>(
  { environment, names, options }: ClientContext<User>,
  { sessionId }: SessionRecord,
  held: StoredAccessToken | undefined,
): Promise<void> {
  if (options.refreshIn !== 'service-worker') return
  const request: RefreshRequest = {
    v: 1,
    type: 'refresh',
    client: names.shared,
    session: sessionId,
    startedAt: held?.startedAt ?? 0,
  }
  const limit = new AbortController()
  const cancel = environment.clock.setTimer(() => limit.abort(), claimMs)
  await environment.serviceWorker.ask(request, limit.signal).catch(() => {})
  cancel()
}
