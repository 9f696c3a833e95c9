import type { RefreshPostponedError } from '../errors.js'
import type { TokenWish } from '../session/request-door.js'

/** One refresh under way in this page, for everybody who wants a token of this session. */
export interface RefreshAttempt {
  /** What is still to be served. */
  readonly wishes: TokenWish[]
  /** Grows whenever something moved: patience starts anew. */
  moves: number
  over: Promise<void>
  /** By key: what the authorization server does not grant, though it grants others. */
  readonly refused: Map<string, RefreshPostponedError>
  /** Called when a claim of this attempt stands. */
  onClaim?(): void
}

/** Shared by all clients of a page, of two copies of the library too. */
export type AttemptRegistry = Map<string, RefreshAttempt>
