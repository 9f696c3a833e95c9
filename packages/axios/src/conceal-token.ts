/** Takes what was sent out of what the app gets: the token lives in copies of its config, and in fetch's and Node's requests. */
import type { AxiosError, InternalAxiosRequestConfig } from 'axios'

/** Gives a response, or an error, the app's config, and a request that shows no token. XMLHttpRequest shows none. */
export function concealToken(outcome: unknown, config: InternalAxiosRequestConfig): void {
  const shown = outcome as Partial<AxiosError> | null | undefined
  if (!shown) return
  const request = shown.request as { headers?: Headers; pipe?: unknown } | null | undefined
  shown.config &&= config
  request?.headers?.delete('authorization')
  request?.headers?.delete('dpop')
  // Node's requests cannot forget what they sent
  if (request?.pipe) Object.defineProperty(shown, 'request', { enumerable: false })
}
