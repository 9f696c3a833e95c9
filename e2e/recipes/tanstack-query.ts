import { createAuthFetch, isAuthError, type AuthClient } from '@latchkey/core'
import { QueryClient, queryOptions } from '@tanstack/react-query'

export function createQueries(auth: AuthClient, apiUrl: string) {
  const authFetch = createAuthFetch(auth)

  // What the client rejects with has been tried already: a second try ends the same way.
  const queryClient = new QueryClient({
    defaultOptions: { queries: { retry: (count, error) => count < 3 && !isAuthError(error) } },
  })

  const notes = queryOptions({
    queryKey: ['notes'],
    // The signal ends the waiting for a token, too.
    async queryFn({ signal }) {
      const response = await authFetch(new URL('notes', apiUrl), { signal })
      if (!response.ok) throw new Error(`The API answered ${response.status}.`)
      return (await response.json()) as { id: number }[]
    },
  })

  // One user's data must not be shown to the next.
  auth.on('session-changed', () => queryClient.clear())
  auth.on('signed-out', () => queryClient.clear())

  return { queryClient, notes }
}
