/** The composable for the user alone. */
import type { SignedInState, UserClaims } from '@latchkey/core'
import type { ComputedRef } from 'vue'
import { useAuth } from './use-auth.js'

/**
 * Gives the signed-in user's claims as a ref: `undefined` while nobody is (known to be) signed in.
 *
 * @throws {ConfigurationError} The plugin is not installed.
 */
export function useUser<User = UserClaims>(): ComputedRef<SignedInState<User>['user'] | undefined> {
  return useAuth<User>().user
}
