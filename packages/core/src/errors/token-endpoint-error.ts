import { AuthError } from './auth-error.js'

/** The token endpoint answered with an OAuth error (RFC 6749 §5.2) or an HTTP error. */
export class TokenEndpointError extends AuthError {
  override readonly name = 'TokenEndpointError'
  /** OAuth's `error`, if the answer was OAuth's JSON. */
  readonly error: string | undefined
  readonly errorDescription: string | undefined
  /** HTTP status; 0 = no readable answer. */
  readonly status: number

  constructor(
    message: string,
    details: { status: number; error?: string; errorDescription?: string; cause?: unknown },
  ) {
    super('token-endpoint', message, details.cause)
    this.status = details.status
    this.error = details.error
    this.errorDescription = details.errorDescription
  }
}
