/** Where `<AuthProvider>` puts the client. */
import type { AuthClient } from '@latchkey/core'
import { createContext } from 'react'

export const AuthContext = createContext<AuthClient<unknown> | undefined>(undefined)
