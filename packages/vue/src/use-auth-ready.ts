/** The composable for components beneath `<Suspense>`. */
import type { UserClaims } from '@latchkey/core'
import { untilKnown } from '@latchkey/core/bindings'
import { useAuth, type Auth } from './use-auth.js'
import { useAuthClient } from './use-auth-client.js'

/**
 * Waits until the session is restored: `const { user } = await useAuthReady()` in an async `setup()`.
 *
 * @throws {ConfigurationError} The plugin is not installed.
 */
export async function useAuthReady<User = UserClaims>(): Promise<Auth<User>> {
  // Both before the await: afterwards there is no current component any more.
  const client = useAuthClient<User>()
  const auth = useAuth<User>()
  await untilKnown(client)
  return auth
}
