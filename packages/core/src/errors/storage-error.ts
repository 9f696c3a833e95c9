import { AuthError } from './auth-error.js'

/** The store failed; the session goes on in memory. */
export class StorageError extends AuthError {
  override readonly name = 'StorageError'
  /** `true`: it was about to be read for the first time, and is tried again. Until then nobody knows who is here. */
  declare readonly retrying?: true

  constructor(message: string, cause?: unknown) {
    super('storage', message, cause)
  }
}
