import { authErrorOf, useAuthState, type AuthClient } from '@latchkey/react'
import { QueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'

/** Forgets everything when the user signs out or another one signs in, and retries nothing that only a sign-in can cure. */
export function createAppQueryClient(auth: AuthClient): QueryClient {
  const queryClient = new QueryClient({
    defaultOptions: {
      queries: { retry: (failures, error) => failures < 3 && mayPass(error) },
    },
  })
  let person: string | undefined
  // Heard before any component renders: nobody sees what was fetched for somebody else.
  auth.subscribe(() => {
    const { state } = auth
    if (state.status === 'signed-in' && state.user.sub !== person) {
      queryClient.clear()
      person = state.user.sub
    }
    if (state.status === 'signed-out' && state.reason === 'signed-out') {
      queryClient.clear()
      person = undefined
    }
  })
  return queryClient
}

/** Of the client's errors only a postponed refresh is temporary. */
function mayPass(error: unknown): boolean {
  const authError = authErrorOf(error)
  return !authError || authError.code === 'refresh-postponed'
}

/** Holds queries back while it is unknown who is here. */
export function AuthQueries({ children, fallback }: { children: ReactNode; fallback?: ReactNode }) {
  const isRestoring = useAuthState((state) => state.status === 'restoring')
  return isRestoring ? fallback : children
}
