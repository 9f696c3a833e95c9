/** Turns what others throw into errors of ours. Those of oauth4webapi never leave this layer: their `cause` holds tokens. */
import { SignInFailedError, type SignInFailureCode } from '../errors.js'

/** The `code` of an error, compared by value because two copies of a library may be around. */
export function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code)
}

/** What oauth4webapi objects to; its messages hold no secrets. The message of any other error might, so it is not told. */
export function objectionOf(error: unknown): string {
  return codeOf(error).startsWith('OAUTH_') ? (error as Error).message : 'malformed'
}

export function signInFailed(code: SignInFailureCode, message: string): SignInFailedError {
  return new SignInFailedError(code, message)
}

/** @param cause - An error of ours. */
export function unreachable(cause: Error): never {
  throw new SignInFailedError('issuer-unreachable', `${cause.message} Try again later.`, { cause })
}
