/** What a route guard does, whichever router it is for. */
import {
  SignInRequiredError,
  type AuthClient,
  type AuthError,
  type SignInOptions,
} from '@latchkey/core'

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
  if (state.status === 'signed-out') {
    const { error } = state
    if (onSignedOut) await onSignedOut({ returnTo, error })
    else if (error === undefined || error.name === 'SessionEndedError')
      await Promise.race([
        client.signIn({ ...signInOptions, returnTo }),
        signInSettled(client, signal),
      ])
    else throw error
  } else {
    // Another guard of this navigation was first.
    await signInSettled(client, signal)
  }
  if (!isSignedIn(client)) throw errorOf(client) ?? new SignInRequiredError()
}

/** A page that comes back from the back/forward cache has not signed in: its navigation must not hang for ever. */
function signInSettled(client: AuthClient<unknown>, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = client.subscribe(() => {
      if (client.state.status === 'signing-in') return
      stop()
      resolve()
    })
    signal?.addEventListener('abort', () => {
      stop()
      reject(signal.reason as Error)
    })
  })
}

function isSignedIn(client: AuthClient<unknown>): boolean {
  return client.state.status === 'signed-in'
}

function errorOf({ state }: AuthClient<unknown>): AuthError | undefined {
  return state.status === 'signed-out' ? state.error : undefined
}
