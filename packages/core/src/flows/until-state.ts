import type { AuthClient } from '../auth-client.js'
import type { AuthState } from '../session/state.js'

/** Waits for the next change after which the state is as wanted. */
export function untilState(
  client: AuthClient<unknown>,
  isWanted: (state: AuthState<unknown>) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const stop = client.subscribe(() => {
      if (!isWanted(client.state)) return
      stop()
      resolve()
    })
  })
}
