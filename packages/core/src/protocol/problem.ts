/** Turns what oauth4webapi and fetch throw into words of ours. Their errors never leave this layer: a `cause` of theirs holds tokens. */
import { SignInFailedError, type SignInFailureCode } from '../errors.js'

/** The `code` of an error of oauth4webapi, compared by value because two copies of it may be around. */
export function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : ''
}

/** What oauth4webapi objects to; its messages hold no secrets. Other errors' messages might, so they say nothing. */
export function objectionOf(error: unknown): string {
  return codeOf(error).startsWith('OAUTH_') ? (error as Error).message : 'no details'
}

/** Why no answer came, or none that could be read. */
export function networkReasonOf(error: unknown): 'timeout' | 'offline' | 'invalid-response' {
  const { name } = (error ?? {}) as { name?: unknown }
  if (name === 'TimeoutError') return 'timeout'
  return name === 'RangeError' ? 'invalid-response' : 'offline'
}

export function signInFailed(code: SignInFailureCode, message: string): SignInFailedError {
  return new SignInFailedError(code, message)
}
