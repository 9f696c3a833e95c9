/** The public list of @latchkey/vue, each name spelled out; what an app needs of core comes with it. */
export { createAuthPlugin } from './create-auth-plugin.js'
export { RequireAuth } from './require-auth.js'
export { SignedIn } from './signed-in.js'
export { SignedOut } from './signed-out.js'
export { useAuth, type Auth, type AuthActions } from './use-auth.js'
export { useAuthClient } from './use-auth-client.js'
export { useAuthEvent } from './use-auth-event.js'
export { useAuthReady } from './use-auth-ready.js'
export { useIdle, type IdleWarning } from './use-idle.js'
export { useUser } from './use-user.js'
export {
  AuthError,
  authErrorOf,
  ConfigurationError,
  createAuthClient,
  createAuthFetch,
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
  type AccessTokenOptions,
  type AuthClient,
  type AuthClientOptions,
  type AuthErrorCode,
  type AuthEventListener,
  type AuthEvents,
  type AuthEventType,
  type AuthState,
  type ClaimsSchema,
  type RequestAccess,
  type RequestAccessOptions,
  type ResourceOptions,
  type RestoringState,
  type SessionEndReason,
  type SignedInState,
  type SignedOutState,
  type SigningInState,
  type SignInFailureCode,
  type SignInOptions,
  type SignOutOptions,
  type UserClaims,
} from '@latchkey/core'
