/** The public list of @latchkey/core, each name spelled out. */
export {
  type AccessTokenOptions,
  type AuthClient,
  type AuthClientOptions,
  type Logger,
  type ReplayPolicy,
  type RequestAccess,
  type RequestAccessOptions,
  type SignInOptions,
  type SignOutOptions,
} from './auth-client.js'
export {
  AuthError,
  authErrorOf,
  ConfigurationError,
  InvalidTokenResponseError,
  isAuthError,
  RefreshPostponedError,
  SessionChangedError,
  SessionEndedError,
  SignInFailedError,
  SignInRequiredError,
  StorageError,
  TokenEndpointError,
  UnsupportedEnvironmentError,
  type AuthErrorCode,
  type PostponeReason,
  type SessionEndReason,
  type SignInFailureCode,
} from './errors.js'
export { createAuthClient } from './create-auth-client.js'
export {
  createAuthFetch,
  type AuthFetch,
  type AuthFetchOptions,
  type AuthRequestInit,
} from './flows/auth-fetch.js'
export {
  keepConnected,
  type KeptConnection,
  type LiveConnection,
  type LiveConnectionEnd,
  type LiveConnectionOptions,
} from './flows/live-connection.js'
export type { ProtectedRequest, ResourceAnswer, SendRequest } from './flows/protected-request.js'
export { pinRequest, requestProtectedResource } from './flows/request-protected-resource.js'
export type { AuthEventListener, AuthEvents, AuthEventType } from './session/event.js'
export type { RequestPin, StepUpDemand } from './session/request-door.js'
export type { ResourceOptions } from './session/resource.js'
export type {
  AuthState,
  RestoringState,
  SignedInState,
  SignedOutState,
  SigningInState,
  UserClaims,
} from './session/state.js'
export type { ClaimsSchema } from './session/user-claims.js'
