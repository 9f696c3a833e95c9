import { createAuthFetch, type AuthClient } from '@latchkey/core'
import { createFetch } from 'ofetch'

export function createApi(auth: AuthClient, apiUrl: string) {
  return createFetch({
    fetch: createAuthFetch(auth),
    Headers,
    AbortController,
    defaults: { baseURL: apiUrl },
  })
}

export function saveNote(api: ReturnType<typeof createApi>, text: string) {
  return api<{ id: number }>('notes', { method: 'POST', body: { text } })
}
