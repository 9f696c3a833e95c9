import type { RefreshPostponedError } from '../errors.js'
import type { TokenWish } from '../session/request-door.js'
import type { StoredAccessToken } from '../session/session-record.js'

/** A wish with the token that was held when it was made: another tab may bring a newer one before the wish is served. */
export interface OpenWish extends TokenWish {
  readonly held: StoredAccessToken | undefined
}

/** One refresh under way in this page, for everybody who wants a token of this session. */
export interface RefreshAttempt {
  /** What is still to be served. */
  readonly wishes: OpenWish[]
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
