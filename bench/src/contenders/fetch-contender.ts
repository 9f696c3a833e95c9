// What the measures ask of a fetch that carries a token. One small file per contender in fetches/.
import type { SessionContender } from './session-contender.js'

export interface FetchContender {
  session: SessionContender
  /** Wraps the fetch given. */
  wrap(fetch: typeof globalThis.fetch): Promise<typeof globalThis.fetch> | typeof globalThis.fetch
}
