/** Every error an app can meet: one base class, a literal `code` each, temporary and final never mixed. */

const brand = Symbol.for('latchkey.error')

/** Why a sign-in did not come about. */
export type SignInFailureCode =
  | 'access-denied'
  | 'login-required'
  | 'authorization-refused'
  | 'state-unknown'
  | 'state-expired'
  | 'issuer-mismatch'
  | 'invalid-authorization-response'
  | 'invalid-id-token'
  | 'clock-skew'
  | 'sign-in-loop'
  | 'popup-blocked'
  | 'popup-closed'
  | 'sign-in-aborted'
  | 'sign-in-timeout'
  | 'discovery-failed'
  | 'issuer-unreachable'
  | 'unsafe-endpoint'
  | 'pkce-unsupported'
  | 'subject-mismatch'
  | 'step-up-not-satisfied'
  | 'signed-out-meanwhile'

/** Why a session ended. There is no other reason. */
export type SessionEndReason =
  'refresh-token-refused' | 'subject-changed' | 'proof-key-lost' | 'idle' | 'signed-out'

/** Why a refresh has to wait; the session is kept in each case. */
export type PostponeReason =
  | 'offline'
  | 'timeout'
  | 'throttled'
  | 'server-error'
  | 'invalid-response'
  | 'configuration'
  | 'another-tab-blocked'
  | 'newer-version'
  | 'storage-unavailable'
  | 'code-not-loaded'
  | 'no-refresh-token'
  | 'queue-full'
  | 'queue-wait'

/** Every `code` an {@link AuthError} can carry. */
export type AuthErrorCode =
  | SignInFailureCode
  | SessionEndReason
  | 'configuration'
  | 'unsupported-environment'
  | 'sign-in-required'
  | 'refresh-postponed'
  | 'session-changed'
  | 'token-endpoint'
  | 'invalid-token-response'
  | 'userinfo'
  | 'storage'
  | 'not-replayable'
  | 'step-up-required'
  | 'insufficient-scope'
  | 'proof-required'

/** The base of all errors of this library. Never holds a token, a code or a key, nor does its `cause`. */
export class AuthError extends Error {
  readonly code: AuthErrorCode

  constructor(code: AuthErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    Object.defineProperty(this, brand, { value: true })
  }

  /** The class name, readable after minification too. */
  override get name(): string {
    return 'AuthError'
  }
}

/** An option of the client is wrong; `option` names it, the message says what to write instead. */
export class ConfigurationError extends AuthError {
  readonly option: string

  constructor(option: string, message: string) {
    super('configuration', `${option}: ${message}`)
    this.option = option
  }

  override get name(): string {
    return 'ConfigurationError'
  }
}

/** The browser (or the page's context) lacks something the attempted operation needs. */
export class UnsupportedEnvironmentError extends AuthError {
  constructor(message: string) {
    super('unsupported-environment', message)
  }

  override get name(): string {
    return 'UnsupportedEnvironmentError'
  }
}

/** Nobody is signed in. Final for this request: ask the user to sign in. */
export class SignInRequiredError extends AuthError {
  constructor(message = 'Nobody is signed in. Call signIn() first.') {
    super('sign-in-required', message)
  }

  override get name(): string {
    return 'SignInRequiredError'
  }
}

/** A sign-in did not come about: the authorization server said no, or a check of its answer failed. */
export class SignInFailedError extends AuthError {
  declare readonly code: SignInFailureCode
  /** OAuth's `error` as the authorization server sent it, if it did. */
  readonly oauthError: string | undefined
  /** OAuth's `error_description`: plain text of the server's, at most 256 characters; show it as text only. */
  readonly oauthErrorDescription: string | undefined

  constructor(
    code: SignInFailureCode,
    message: string,
    details: { oauthError?: string; oauthErrorDescription?: string; cause?: unknown } = {},
  ) {
    super(code, message, details.cause)
    this.oauthError = details.oauthError
    this.oauthErrorDescription = details.oauthErrorDescription
  }

  override get name(): string {
    return 'SignInFailedError'
  }
}

/** Temporary: a token could not be refreshed now. The session is kept and the next use tries again. */
export class RefreshPostponedError extends AuthError {
  readonly reason: PostponeReason
  /** When another try makes sense, in ms from now; `undefined` = unknown. */
  readonly retryAfterMs: number | undefined

  constructor(reason: PostponeReason, message: string, cause?: unknown, retryAfterMs?: number) {
    super('refresh-postponed', message, cause)
    this.reason = reason
    this.retryAfterMs = retryAfterMs
  }

  override get name(): string {
    return 'RefreshPostponedError'
  }
}

/** Final: the session is over; its `code` says why. Ask the user to sign in again. */
export class SessionEndedError extends AuthError {
  declare readonly code: SessionEndReason

  constructor(code: SessionEndReason, message: string, cause?: unknown) {
    super(code, message, cause)
  }

  override get name(): string {
    return 'SessionEndedError'
  }
}

/** Another user has signed in since this request began; it was not sent with their token. */
export class SessionChangedError extends AuthError {
  constructor(message = 'Another user has signed in since this request began; it was not sent.') {
    super('session-changed', message)
  }

  override get name(): string {
    return 'SessionChangedError'
  }
}

/** The token endpoint answered with an OAuth error (RFC 6749 §5.2) or an HTTP error. */
export class TokenEndpointError extends AuthError {
  /** OAuth's `error`, if the answer was OAuth's JSON. */
  readonly error: string | undefined
  readonly errorDescription: string | undefined
  /** HTTP status; 0 = no readable answer. */
  readonly status: number

  constructor(
    message: string,
    details: { status: number; error?: string; errorDescription?: string; cause?: unknown },
  ) {
    super('token-endpoint', message, details.cause)
    this.status = details.status
    this.error = details.error
    this.errorDescription = details.errorDescription
  }

  override get name(): string {
    return 'TokenEndpointError'
  }
}

/** The token endpoint answered 200 with something that is not a usable token response. */
export class InvalidTokenResponseError extends AuthError {
  constructor(message: string, cause?: unknown) {
    super('invalid-token-response', message, cause)
  }

  override get name(): string {
    return 'InvalidTokenResponseError'
  }
}

/** The store failed; the session goes on in memory. */
export class StorageError extends AuthError {
  constructor(message: string, cause?: unknown) {
    super('storage', message, cause)
  }

  override get name(): string {
    return 'StorageError'
  }
}

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
