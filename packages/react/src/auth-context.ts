/** Where `<AuthProvider>` puts the client, and what a server knows of a session: nothing yet. */
import type { AuthClient, RestoringState } from '@latchkey/core'
import { createContext } from 'react'

export const AuthContext = createContext<AuthClient<unknown> | undefined>(undefined)

/** The one snapshot for server and hydration: a browser's storage must not change the first paint. */
export const serverState: RestoringState = { status: 'restoring', hint: false }
