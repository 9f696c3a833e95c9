import { AuthError } from './auth-error.js'

/** The browser (or the page's context) lacks something the attempted operation needs. */
export class UnsupportedEnvironmentError extends AuthError {
  override readonly name = 'UnsupportedEnvironmentError'
  constructor(message: string) {
    super('unsupported-environment', message)
  }
}
