/** A session that the store could not take yet: it lives in the page that signed in. */
export interface UnstoredSignIn {
  readonly sessionId: string
  /** The session of the same user that the store still holds. */
  readonly replaces: string | undefined
  /** Tries again; does nothing once the page has left that session. @throws {StorageError} */
  store(): Promise<void>
}
