import { attachAuth } from '@latchkey/axios'
import type { AuthClient } from '@latchkey/core'
import axios, { type AxiosInstance } from 'axios'

export function createApi(auth: AuthClient, apiUrl: string) {
  const api = axios.create({ baseURL: apiUrl })
  attachAuth(api, auth)
  return api
}

export async function saveNote(api: AxiosInstance, text: string) {
  const { data } = await api.post<{ id: number }>('notes', { text })
  return data
}
