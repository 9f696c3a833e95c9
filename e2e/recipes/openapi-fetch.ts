import { createAuthFetch, type AuthClient } from '@latchkey/core'
import createClient from 'openapi-fetch'

/** As openapi-typescript writes it. */
export interface paths {
  '/notes': {
    post: {
      requestBody: { content: { 'application/json': { text: string } } }
      responses: { 200: { content: { 'application/json': { id: number } } } }
    }
  }
}

export function createApi(auth: AuthClient, apiUrl: string) {
  return createClient<paths>({
    baseUrl: apiUrl,
    fetch: createAuthFetch(auth),
  })
}

export async function saveNote(api: ReturnType<typeof createApi>, text: string) {
  const { data, error } = await api.POST('/notes', { body: { text } })
  if (!data) throw new Error('The note was not saved.', { cause: error })
  return data
}
