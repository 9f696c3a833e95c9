/** The automatic sign-in: one for the whole page, whoever asks for it. */
import type { AuthClient, SignInOptions } from '@latchkey/core'

const flights = new WeakMap<AuthClient<unknown>, Promise<void>>()

/**
 * Sends the user to sign in, or joins the sign-in that is under way: a second component, a second app and
 * another navigation must not count as a second try.
 *
 * Settles when the sign-in has, or when the page is back without one (back/forward cache).
 */
export function signInOnce(client: AuthClient<unknown>, options?: SignInOptions): Promise<void> {
  let flight = flights.get(client)
  if (!flight) {
    const settled = new Promise<void>((resolve) => {
      const stop = client.subscribe(() => {
        if (client.state.status === 'signing-in') return
        stop()
        resolve()
      })
    })
    flight = client.state.status === 'signing-in' ? settled : client.signIn(options)
    flight = Promise.race([flight, settled]).finally(() => flights.delete(client))
    flights.set(client, flight)
  }
  return flight
}
