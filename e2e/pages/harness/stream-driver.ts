/** Uploads that can be read only once. */
import type { AuthFetch } from '@latchkey/core'
import { isAxiosError, type AxiosInstance } from 'axios'
import { noteError, type CallError } from './driver.js'

export type StreamVia = 'axios-fetch' | 'fetch' | 'Request'

export interface StreamResult {
  readonly status?: number
  readonly error?: CallError
}

export interface StreamDriver {
  sendStream(url: string, via: StreamVia): Promise<StreamResult>
}

export function createStreamDriver(instance: AxiosInstance, authFetch: AuthFetch): StreamDriver {
  return {
    async sendStream(url, via) {
      const stream = new Blob(['streamed as it was']).stream()
      const init: RequestInit & { duplex: 'half' } = {
        method: 'POST',
        body: stream,
        duplex: 'half',
      }
      try {
        const { status } =
          via === 'axios-fetch'
            ? await instance.post(url, stream)
            : await (via === 'Request' ? authFetch(new Request(url, init)) : authFetch(url, init))
        return { status }
      } catch (error) {
        const status = isAxiosError(error) ? error.response?.status : undefined
        return { ...(status && { status }), error: noteError(error) }
      }
    },
  }
}
