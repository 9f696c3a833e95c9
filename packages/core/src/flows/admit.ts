/** What a route guard does, whichever router it is for. */
import type { AuthClient, SignInOptions } from '../auth-client.js'
import { SignInRequiredError, type AuthError } from '../errors.js'
import type { StateMembers } from '../session/state.js'
import { signInOnce } from './sign-in-once.js'
import { untilAborted } from './until-aborted.js'
import { untilKnown } from './until-known.js'

export interface GuardOptions<Answer = unknown> {
  /**
   * Called instead of the automatic sign-in: to lead to a sign-in page, say. `returnTo` is where the user wanted to go, `error` why they
   * are not signed in.
   */
  readonly onSignedOut?: (context: {
    readonly returnTo: string
    readonly error: AuthError | undefined
  }) => Answer | Promise<Answer>
  /** For the automatic sign-in. */
  readonly signInOptions?: Omit<SignInOptions, 'returnTo' | 'signal'>
}

/**
 * Waits until it is known who is here; then lets the signed-in pass and sends others to sign in.
 *
 * @returns `true`, or what `onSignedOut` has answered.
 * @throws {AuthError} An earlier sign-in failed: it is not tried again by itself, so that nothing can loop.
 */
export async function admit<Answer>(
  client: AuthClient<unknown>,
  returnTo: string,
  { onSignedOut, signInOptions }: GuardOptions<Answer>,
  signal?: AbortSignal,
): Promise<true | Answer> {
  await untilAborted(untilKnown(client), signal)
  const { state } = client
  // A server knows no session: the browser decides.
  if (state.status === 'signed-in' || state.status === 'restoring') return true
  const { error } = state as StateMembers
  if (onSignedOut && state.status === 'signed-out') return onSignedOut({ returnTo, error })
  if (error && error.name !== 'SessionEndedError') throw error
  // A navigation that was given up must not wait for a page that is never left.
  await untilAborted(signInOnce(client, { ...signInOptions, returnTo }), signal)
  return requireUser(client)
}

/** @throws {AuthError} Why nobody is signed in. */
export function requireUser(client: AuthClient<unknown>): true {
  if (client.state.status === 'signed-in') return true
  throw (client.state as StateMembers).error ?? new SignInRequiredError()
}
