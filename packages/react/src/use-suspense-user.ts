/** The user for components beneath `<Suspense>` and an error boundary. */
import {
  SignInRequiredError,
  UnsupportedEnvironmentError,
  type SignedInState,
  type UserClaims,
} from '@latchkey/core'
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
  if (auth.status !== 'restoring')
    throw (auth.status === 'signed-out' && auth.error) || new SignInRequiredError()
  // On a server `ready` brings nobody: suspending there would never end.
  if (typeof window === 'undefined')
    throw new UnsupportedEnvironmentError(
      'useSuspenseUser: a server knows no session; the browser renders this part.',
    )
  // A thrown promise is how React 18 and 19 alike are told to wait.
  throw client.ready as unknown as Error
}
