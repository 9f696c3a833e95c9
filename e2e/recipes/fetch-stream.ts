import { createAuthFetch, keepConnected, type AuthClient } from '@latchkey/core'

export function followNotes(auth: AuthClient, apiUrl: string, show: (note: string) => void) {
  const authFetch = createAuthFetch(auth)
  return keepConnected(auth, {
    async connect({ signal }) {
      const { body, ok } = await authFetch(new URL('stream', apiUrl), { signal })
      if (!ok || !body) throw new Error('The stream could not be opened.')
      const reader = body.pipeThrough(new TextDecoderStream()).getReader()
      for (let part = await reader.read(); !part.done; part = await reader.read()) show(part.value)
    },
  })
}
