/** The user for components beneath `<Suspense>` and an error boundary. */
import { SignInRequiredError, type SignedInState, type UserClaims } from '@latchkey/core'
import { isUnknown, untilKnown, type StateMembers } from '@latchkey/core/bindings'
import { useAuth } from './use-auth.js'
import { useAuthClient } from './use-auth-client.js'

/**
 * Gives the signed-in user; suspends while the session is restored.
 *
 * On a server the nearest `<Suspense>` shows its fallback, and the browser renders what is beneath it.
 *
 * @throws {AuthError} To the error boundary: why nobody is signed in, or {@link SignInRequiredError}.
 */
export function useSuspenseUser<User = UserClaims>(): SignedInState<User>['user'] {
  const client = useAuthClient<User>()
  const auth = useAuth<User>()
  if (auth.status === 'signed-in') return auth.user
  // On a server waiting would bring nobody.
  const waits = isUnknown(auth) && typeof window !== 'undefined'
  // A thrown promise is how React 18 and 19 alike are told to wait.
  if (waits) throw untilKnown(client) as unknown as Error
  throw (auth as StateMembers).error ?? new SignInRequiredError()
}
