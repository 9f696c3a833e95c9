import { createAuthFetch, type AuthClient } from '@latchkey/core'
import { gql, GraphQLClient } from 'graphql-request'

export function createApi(auth: AuthClient, apiUrl: string) {
  return new GraphQLClient(new URL('graphql', apiUrl).href, {
    fetch: createAuthFetch(auth),
  })
}

const saveNoteMutation = gql`
  mutation SaveNote($text: String!) {
    saveNote(text: $text) {
      id
    }
  }
`

export async function saveNote(api: GraphQLClient, text: string) {
  const { saveNote } = await api.request<{ saveNote: { id: number } }>(saveNoteMutation, { text })
  return saveNote
}
