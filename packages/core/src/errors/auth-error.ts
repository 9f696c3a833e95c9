import type { AuthErrorCode } from './codes.js'

/** The base of all errors of this library. Never holds a token, a code or a key, nor does its `cause`. */
export class AuthError extends Error {
  override readonly name: string = 'AuthError'
  readonly code: AuthErrorCode

  constructor(code: AuthErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    // not enumerable: a logger prints what the app may see, and nothing else
    Object.defineProperty(this, Symbol.for('latchkey.error'), { value: true })
  }
}
