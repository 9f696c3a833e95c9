import { AuthError } from './auth-error.js'

/** Another user has signed in since this request began; it was not sent with their token. */
export class SessionChangedError extends AuthError {
  override readonly name = 'SessionChangedError'
  constructor(message = 'Another user has signed in since this request began; it was not sent.') {
    super('session-changed', message)
  }
}
