import { AuthError } from './auth-error.js'

/** An option of the client is wrong; `option` names it, the message says what to write instead. */
export class ConfigurationError extends AuthError {
  override readonly name = 'ConfigurationError'
  readonly option: string

  constructor(option: string, message: string) {
    super('configuration', `${option}: ${message}`)
    this.option = option
  }
}
