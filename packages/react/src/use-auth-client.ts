/** The hook for the client itself. */
import { ConfigurationError, type AuthClient, type UserClaims } from '@latchkey/core'
import { useContext } from 'react'
import { AuthContext } from './auth-context.js'

/**
 * Gives the client of the nearest `<AuthProvider>`. Never renders again by itself.
 *
 * @throws {ConfigurationError} There is no `<AuthProvider>` above.
 */
export function useAuthClient<User = UserClaims>(): AuthClient<User> {
  const client = useContext(AuthContext)
  if (!client)
    throw new ConfigurationError('client', 'wrap your app in <AuthProvider client={auth}>')
  // The context cannot know the type of the claims; whoever made the client does.
  return client as AuthClient<User>
}
