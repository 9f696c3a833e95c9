'use client'
/** The public list of @latchkey/react, each name spelled out; what an app needs of core comes with it. */
export { AuthProvider, type AuthProviderProps } from './auth-provider.js'
export { RequireAuth, type RequireAuthProps } from './require-auth.js'
export { SignedIn, type SignedInProps } from './signed-in.js'
export { SignedOut, type SignedOutProps } from './signed-out.js'
export { useAuth, type Auth, type AuthActions } from './use-auth.js'
export { useAuthClient } from './use-auth-client.js'
export { useAuthEvent } from './use-auth-event.js'
export { useAuthState } from './use-auth-state.js'
export { useIdle, type IdleWarning } from './use-idle.js'
export { useSuspenseUser } from './use-suspense-user.js'
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
