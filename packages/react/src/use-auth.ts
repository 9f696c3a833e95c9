/** The hook most components need: who is here, and what can be done about it. */
import type { AuthClient, AuthState, UserClaims } from '@latchkey/core'
import { useMemo } from 'react'
import { useAuthClient } from './use-auth-client.js'
import { useSnapshot } from './use-snapshot.js'

/** What can be done: the client's own functions, the same for the client's whole life. */
export type AuthActions = Pick<
  AuthClient<unknown>,
  'signIn' | 'signOut' | 'getAccessToken' | 'fetchUserInfo' | 'reportActivity'
>

/** The state and the actions in one object; `status` tells which members there are. */
export type Auth<User = UserClaims> = AuthState<User> & AuthActions

/**
 * Gives the state of the session together with the actions; narrow on `status` to reach `user` or `error`.
 *
 * It notes which members the component reads: one that reads only `user` does not render while a refresh runs.
 *
 * @throws {ConfigurationError} There is no `<AuthProvider>` above.
 */
export function useAuth<User = UserClaims>(): Auth<User> {
  const client = useAuthClient<User>()
  const read = useMemo(() => trackReads(client), [client])
  return useSnapshot(client, read)
}

/** Gives the same object for each state that differs only in what nobody has read. */
function trackReads<User>({
  state: _state,
  ...actions
}: AuthClient<User>): (state: AuthState<User>) => Auth<User> {
  // Where `status` or `error` change, the object gets other members: these two count as read.
  const read = new Set(['status', 'error'])
  let auth: Members = {}
  let update: (state: Members) => void
  return (next) => {
    const state = next as unknown as Members
    if ([...read].every((key) => auth[key] === state[key])) {
      // Unseen: nothing that was read of the object changes.
      update(state)
    } else {
      let current = state
      update = (newer) => (current = newer)
      auth = { ...actions }
      for (const key in state)
        Object.defineProperty(auth, key, {
          enumerable: true,
          get(): unknown {
            read.add(key)
            return current[key]
          },
        })
    }
    return auth as unknown as Auth<User>
  }
}

type Members = Readonly<Record<string, unknown>>
