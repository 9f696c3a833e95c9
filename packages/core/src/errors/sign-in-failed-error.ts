import { AuthError } from './auth-error.js'
import type { SignInFailureCode } from './codes.js'

/** A sign-in did not come about: the authorization server said no, or a check of its answer failed. */
export class SignInFailedError extends AuthError {
  override readonly name = 'SignInFailedError'
  declare readonly code: SignInFailureCode
  /** OAuth's `error` as the authorization server sent it, if it did. */
  readonly oauthError: string | undefined
  /** OAuth's `error_description`: plain text of the server's, at most 256 characters; show it as text only. */
  readonly oauthErrorDescription: string | undefined

  constructor(
    code: SignInFailureCode,
    message: string,
    details: { oauthError?: string; oauthErrorDescription?: string; cause?: unknown } = {},
  ) {
    super(code, message, details.cause)
    this.oauthError = details.oauthError
    this.oauthErrorDescription = details.oauthErrorDescription
  }
}
