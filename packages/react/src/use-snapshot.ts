/** The one place where React listens to the client. */
import type { AuthClient, AuthState, RestoringState } from '@latchkey/core'
import { useSyncExternalStore } from 'react'

/** For server and hydration: what a browser has stored must not change the first paint. */
const serverState: RestoringState = { status: 'restoring', hint: false }

/** @param read - Gives the same object for the same state. */
export function useSnapshot<User, Value>(
  client: AuthClient<User>,
  read: (state: AuthState<User>) => Value,
): Value {
  return useSyncExternalStore(
    client.subscribe,
    () => read(client.state),
    () => read(serverState),
  )
}
