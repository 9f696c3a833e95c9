import type { RefreshedTokens } from '../session/refresh-decisions.js'
import type { SessionRecord } from '../session/session-record.js'

/** An answer that is not in the store yet: it must never be dropped for a fault of ours. */
export interface UnsavedRefresh {
  /** The record whose refresh token was sent. */
  readonly claimed: SessionRecord
  readonly refreshed: RefreshedTokens
  /** Lets go of the locks: owner lock, then queue lock. */
  release(): Promise<void>
}
