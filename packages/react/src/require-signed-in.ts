/** What a route guard does, whichever router it is for. */
import {
  SignInRequiredError,
  type AuthClient,
  type AuthError,
  type SignInOptions,
} from '@latchkey/core'
import { signInOnce } from './sign-in-once.js'

export interface GuardOptions {
  /**
   * Called instead of the automatic sign-in, to throw the router's redirect to a sign-in page, say.
   * `returnTo` is where the user wanted to go, `error` why they are not signed in. If it returns, the route is denied.
   */
  readonly onSignedOut?: (context: {
    readonly returnTo: string
    readonly error: AuthError | undefined
  }) => unknown
  /** For the automatic sign-in. */
  readonly signInOptions?: Omit<SignInOptions, 'returnTo' | 'signal'>
}

/**
 * Waits until the session is restored; then lets the signed-in pass and sends others to sign in.
 *
 * @throws {AuthError} An earlier sign-in failed: it is not tried again by itself, so that nothing can loop.
 */
export async function requireSignedIn(
  client: AuthClient<unknown>,
  returnTo: string,
  { onSignedOut, signInOptions }: GuardOptions,
  signal?: AbortSignal,
): Promise<void> {
  await client.ready
  const { state } = client
  // A server knows no session: the browser decides.
  if (state.status === 'signed-in' || state.status === 'restoring') return
  const error = errorOf(client)
  if (onSignedOut && state.status === 'signed-out') await onSignedOut({ returnTo, error })
  else if (error && error.name !== 'SessionEndedError') throw error
  else await untilAborted(signInOnce(client, { ...signInOptions, returnTo }), signal)
  if (!isSignedIn(client)) throw errorOf(client) ?? new SignInRequiredError()
}

/** A navigation that was given up must not wait for a page that is never left. */
function untilAborted(promise: Promise<void>, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error))
    promise.then(resolve, reject)
  })
}

function isSignedIn(client: AuthClient<unknown>): boolean {
  return client.state.status === 'signed-in'
}

function errorOf({ state }: AuthClient<unknown>): AuthError | undefined {
  return state.status === 'signed-out' ? state.error : undefined
}
