/** The automatic sign-in: when there is one, and one for the whole page, whoever asks for it. */
import type { AuthClient, SignInOptions } from '../auth-client.js'
import type { AuthState } from '../session/state.js'
import { untilState } from './until-state.js'

const flights = new WeakMap<AuthClient<unknown>, Promise<void>>()

/**
 * Sends the user to sign in, or joins the sign-in that is under way: a second component, a second root, StrictMode's second effect and
 * the guard of a parent route must not count as a second try.
 *
 * Settles when the sign-in has, or when the page is back without one (back/forward cache).
 */
export function signInOnce(client: AuthClient<unknown>, options?: SignInOptions): Promise<void> {
  let flight = flights.get(client)
  if (!flight) {
    const settled = untilState(client, ({ status }) => status !== 'signing-in')
    flight = client.state.status === 'signing-in' ? settled : client.signIn(options)
    flight = Promise.race([flight, settled]).finally(() => flights.delete(client))
    flights.set(client, flight)
  }
  return flight
}

/**
 * Whether a part of a page that is for the signed-in may send the user to sign in without being asked. Of errors only the end of a
 * session leads to a new sign-in: any other, tried again by itself, could loop.
 *
 * @param wasSignedIn - Whether somebody was signed in while this part of the page was there: whoever has signed out of it, or has gone
 *   idle, is not fetched back.
 */
export function needsSignIn(state: AuthState<unknown>, wasSignedIn: boolean): boolean {
  if (state.status !== 'signed-out') return false
  const { error, reason } = state
  return error
    ? error.name === 'SessionEndedError' && !(wasSignedIn && error.code === 'idle')
    : !(wasSignedIn && reason === 'signed-out')
}
