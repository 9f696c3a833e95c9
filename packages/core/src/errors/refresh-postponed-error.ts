import { AuthError } from './auth-error.js'
import type { PostponeReason } from './codes.js'

/** Temporary: a token could not be refreshed now. The session is kept and the next use tries again. */
export class RefreshPostponedError extends AuthError {
  override readonly name = 'RefreshPostponedError'
  readonly reason: PostponeReason
  /** When another try makes sense, in ms from now; `undefined` = unknown. */
  readonly retryAfterMs: number | undefined

  constructor(reason: PostponeReason, message: string, cause?: unknown, retryAfterMs?: number) {
    super('refresh-postponed', message, cause)
    this.reason = reason
    this.retryAfterMs = retryAfterMs
  }
}
