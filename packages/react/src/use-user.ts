/** The hook for the user alone. */
import type { AuthState, SignedInState, UserClaims } from '@latchkey/core'
import type { StateMembers } from '@latchkey/core/bindings'
import { useAuthState } from './use-auth-state.js'

/**
 * Gives the signed-in user's claims, or `undefined` while nobody is (known to be) signed in.
 *
 * The object stays the same while its claims are equal: a background refresh renders nothing.
 *
 * @throws {ConfigurationError} There is no `<AuthProvider>` above.
 */
export function useUser<User = UserClaims>(): SignedInState<User>['user'] | undefined {
  return useAuthState<User | undefined, User>(userOf)
}

function userOf<User>(state: AuthState<User>): User | undefined {
  return (state as StateMembers<User>).user
}
