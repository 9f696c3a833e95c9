/** The provider: hands the client to the hooks beneath it. */
import type { AuthClient } from '@latchkey/core'
import { createElement, type ReactElement, type ReactNode } from 'react'
import { AuthContext } from './auth-context.js'

export interface AuthProviderProps {
  /** Made once, in a module of its own or at the top of the entry: `createAuthClient({ … })`. */
  readonly client: AuthClient<unknown>
  readonly children?: ReactNode
}

/** Gives the client to all hooks and components beneath it. Holds no state and never renders by itself. */
export function AuthProvider({ client, children }: AuthProviderProps): ReactElement {
  return createElement(AuthContext.Provider, { value: client, children })
}
