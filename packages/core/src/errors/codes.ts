/** Every code an error of ours can carry: one documented union. */

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
