import { createAuthFetch, type AuthClient } from '@latchkey/core'
import ky from 'ky'

export function createApi(auth: AuthClient, apiUrl: string) {
  return ky.create({
    prefixUrl: apiUrl,
    fetch: createAuthFetch(auth),
  })
}

export function saveNote(api: ReturnType<typeof createApi>, text: string) {
  return api.post('notes', { json: { text } }).json<{ id: number }>()
}
