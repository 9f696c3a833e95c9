// The client in React: what @latchkey/react gives, in its smallest form.
import type { AuthClient, AuthState } from '@latchkey/core'
import { createContext, use, useMemo, useSyncExternalStore, type ReactNode } from 'react'

const AuthContext = createContext<AuthClient | undefined>(undefined)

export function AuthProvider({ client, children }: { client: AuthClient; children: ReactNode }) {
  return <AuthContext value={client}>{children}</AuthContext>
}

export type Auth = AuthState & Pick<AuthClient, 'signIn' | 'signOut'>

/** The session and what can be done with it. */
export function useAuth(): Auth {
  const client = use(AuthContext)
  if (!client) throw new Error('useAuth() needs an <AuthProvider> above it.')
  const state = useSyncExternalStore(client.subscribe, () => client.state)
  return useMemo(
    () => ({ ...state, signIn: client.signIn, signOut: client.signOut }),
    [client, state],
  )
}
