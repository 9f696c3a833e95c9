/** The hook most components need: who is here, and what can be done about it. */
import type { AuthClient, AuthState, UserClaims } from '@latchkey/core'
import { useMemo, useSyncExternalStore } from 'react'
import { serverState } from './auth-context.js'
import { useAuthClient } from './use-auth-client.js'

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
  const [read, readOnServer] = useMemo(() => {
    // Where `status` or `error` change, the object gets other members: these two count as read.
    const used = new Set(['status', 'error'])
    return [track(client, used, () => client.state), track(client, used, () => serverState)]
  }, [client])
  return useSyncExternalStore(client.subscribe, read, readOnServer)
}

function track<User>(
  client: AuthClient<User>,
  used: Set<string>,
  getState: () => AuthState<User>,
): () => Auth<User> {
  let shown: { state: AuthState<User> } | undefined
  let auth: Auth<User>
  return () => {
    const state = getState()
    if (shown && isEqual(shown.state, state, used)) {
      // Nobody has read what differs: the object on the screen may take it over unseen.
      shown.state = state
    } else {
      shown = { state }
      auth = expose(client, used, shown)
    }
    return auth
  }
}

function isEqual(a: object, b: object, keys: Iterable<string>): boolean {
  if (a !== b) for (const key of keys) if (Reflect.get(a, key) !== Reflect.get(b, key)) return false
  return true
}

function expose<User>(
  { signIn, signOut, getAccessToken, fetchUserInfo, reportActivity }: AuthClient<User>,
  used: Set<string>,
  shown: { readonly state: AuthState<User> },
): Auth<User> {
  const auth = { signIn, signOut, getAccessToken, fetchUserInfo, reportActivity }
  for (const key of Object.keys(shown.state))
    Object.defineProperty(auth, key, {
      enumerable: true,
      get(): unknown {
        used.add(key)
        return Reflect.get(shown.state, key)
      },
    })
  return auth as Auth<User>
}
