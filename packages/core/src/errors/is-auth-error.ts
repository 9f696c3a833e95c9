import type { AuthError } from './auth-error.js'
import type { AuthErrorCode } from './codes.js'

const brand = Symbol.for('latchkey.error')

/**
 * Whether this is an error of ours, or a transport's error that carries one as its `cause` (an AxiosError, say).
 * Works across two copies of the library.
 */
export function isAuthError(error: unknown): error is Error & { readonly code: AuthErrorCode } {
  return authErrorOf(error) !== undefined
}

/** Our error: the one given, or the one a transport's error carries as its `cause`. */
export function authErrorOf(error: unknown): AuthError | undefined {
  for (const candidate of [error, (error as { cause?: unknown } | undefined)?.cause])
    if (candidate instanceof Error && Reflect.has(candidate, brand)) return candidate as AuthError
  return undefined
}
