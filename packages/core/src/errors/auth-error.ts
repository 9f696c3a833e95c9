import type { AuthErrorCode } from './codes.js'

const brand = Symbol.for('latchkey.error')

/** The base of all errors of this library. Never holds a token, a code or a key, nor does its `cause`. */
export class AuthError extends Error {
  override readonly name: string = 'AuthError'
  readonly code: AuthErrorCode

  constructor(code: AuthErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    Object.defineProperty(this, brand, { value: true })
  }
}
