import type { TokenWish } from '../session/request-door.js'

/** One refresh under way in this page, for everybody who wants a token of this session. */
export interface RefreshAttempt {
  /** What is still to be served. */
  readonly wishes: TokenWish[]
  /** Grows whenever something moved: patience starts anew. */
  moves: number
  over: Promise<void>
  /** Called when a claim of this attempt stands. */
  onClaim?(): void
}

/** Shared by all clients of a page, of two copies of the library too. */
export type AttemptRegistry = Map<string, RefreshAttempt>
