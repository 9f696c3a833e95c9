/** The composable for the client itself. */
import { ConfigurationError, type AuthClient, type UserClaims } from '@latchkey/core'
import { inject } from 'vue'
import { authKey } from './auth-key.js'

/**
 * Gives the client of this app, in `setup()` and wherever else `inject()` works (Pinia stores, `app.runWithContext`).
 *
 * @throws {ConfigurationError} The plugin is not installed.
 */
export function useAuthClient<User = UserClaims>(): AuthClient<User> {
  const client = inject(authKey, undefined)
  if (!client)
    throw new ConfigurationError('client', 'install the plugin: app.use(createAuthPlugin(auth))')
  // Injection cannot know the type of the claims; whoever made the client does.
  return client as AuthClient<User>
}
