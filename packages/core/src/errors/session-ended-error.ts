import { AuthError } from './auth-error.js'
import type { SessionEndReason } from './codes.js'

/** Final: the session is over; its `code` says why. Ask the user to sign in again. */
export class SessionEndedError extends AuthError {
  override readonly name = 'SessionEndedError'
  declare readonly code: SessionEndReason

  constructor(code: SessionEndReason, message: string, cause?: unknown) {
    super(code, message, cause)
  }
}
