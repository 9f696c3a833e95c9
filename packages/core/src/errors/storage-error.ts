import { AuthError } from './auth-error.js'

/** The store failed; the session goes on in memory. */
export class StorageError extends AuthError {
  override readonly name = 'StorageError'
  constructor(message: string, cause?: unknown) {
    super('storage', message, cause)
  }
}
