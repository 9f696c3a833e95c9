import { AuthError } from './auth-error.js'

/** Nobody is signed in. Final for this request: ask the user to sign in. */
export class SignInRequiredError extends AuthError {
  override readonly name = 'SignInRequiredError'
  constructor(message = 'Nobody is signed in. Call signIn() first.') {
    super('sign-in-required', message)
  }
}
