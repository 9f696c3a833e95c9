/** Tells a developer why a sign-in brought no refresh token, and what to change. Consent is never added silently. */
import { ConfigurationError } from '../errors.js'
import type { ClientContext } from './client-context.js'
import { defaultScope } from './sign-in.js'

export function noRefreshToken<User>({ options }: ClientContext<User>): ConfigurationError {
  const hasScope = (options.scope ?? defaultScope).split(' ').includes('offline_access')
  return new ConfigurationError(
    'scope',
    hasScope
      ? 'the authorization server issued no refresh token although offline_access was asked for. Allow refresh tokens for this client there; some providers issue one only with signIn({ prompt: "consent" })'
      : 'has no offline_access, so no refresh token was issued: the user will have to sign in again when the access token expires. Add offline_access',
  )
}
