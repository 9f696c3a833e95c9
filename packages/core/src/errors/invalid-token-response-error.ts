import { AuthError } from './auth-error.js'

/** The token endpoint answered 200 with something that is not a usable token response. */
export class InvalidTokenResponseError extends AuthError {
  override readonly name = 'InvalidTokenResponseError'
  constructor(message: string, cause?: unknown) {
    super('invalid-token-response', message, cause)
  }
}
