/** Every error an app can meet: one base class, a literal `code` each, temporary and final never mixed. */
export { AuthError } from './errors/auth-error.js'
export { ConfigurationError } from './errors/configuration-error.js'
export { UnsupportedEnvironmentError } from './errors/unsupported-environment-error.js'
export { SignInRequiredError } from './errors/sign-in-required-error.js'
export { SignInFailedError } from './errors/sign-in-failed-error.js'
export { RefreshPostponedError } from './errors/refresh-postponed-error.js'
export { SessionEndedError } from './errors/session-ended-error.js'
export { SessionChangedError } from './errors/session-changed-error.js'
export { TokenEndpointError } from './errors/token-endpoint-error.js'
export { InvalidTokenResponseError } from './errors/invalid-token-response-error.js'
export { StorageError } from './errors/storage-error.js'
export { authErrorOf, isAuthError } from './errors/is-auth-error.js'
export type {
  AuthErrorCode,
  PostponeReason,
  SessionEndReason,
  SignInFailureCode,
} from './errors/codes.js'
