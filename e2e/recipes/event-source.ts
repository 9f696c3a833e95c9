import { createAuthFetch, keepConnected, type AuthClient } from '@latchkey/core'

export function followNotes(auth: AuthClient, apiUrl: string, show: (note: string) => void) {
  const authFetch = createAuthFetch(auth)
  return keepConnected(auth, {
    async connect({ signal, onToken }) {
      // An EventSource sends no headers. The API gives a ticket for one connection; the token stays out of the URL.
      const answer = await authFetch(new URL('tickets', apiUrl), { method: 'POST', signal })
      const { ticket } = (await answer.json()) as { ticket: string }
      const source = new EventSource(new URL(`events?ticket=${ticket}`, apiUrl))
      onToken(() => {}) // the ticket outlives the token
      source.onmessage = ({ data }) => show(String(data))
      await new Promise((over) => {
        source.onerror = over
        signal.addEventListener('abort', over)
      })
      source.close()
    },
  })
}
