/** The only way from here to the network: bounded in time and size, without cookies, caches, referrers and redirects. */
import type { ProtocolConfig } from './protocol.js'
import { bare } from './plain-data.js'

export type BoundedFetch = (url: string, init?: RequestInit) => Promise<Response>

/** Metadata and JWKS. Large tenants publish some 100 kB. */
export const maxDocumentBytes = 1_000_000
/** Token responses, errors, UserInfo. The largest ID tokens seen in the wild have some 20 kB. */
export const maxAnswerBytes = 256_000

/**
 * Gives a `fetch` that reads the whole body before it resolves.
 *
 * It rejects with a `TimeoutError` when the time is over or the signal fires, with a `RangeError` when the body is too large, else with
 * whatever `fetch` rejects with. It settles even if `fetch` ignores its signal.
 */
export function boundFetch(
  { fetch, clock }: Pick<ProtocolConfig, 'fetch' | 'clock'>,
  maxBytes: number,
  timeLimitMs: number,
  signal?: AbortSignal,
): BoundedFetch {
  return (url, init) =>
    new Promise<Response>((resolve, reject) => {
      const controller = new AbortController()
      const stop = () => {
        reject(new DOMException('', 'TimeoutError'))
        controller.abort()
      }
      const clearTimer = clock.setTimer(stop, timeLimitMs)
      signal?.addEventListener('abort', stop)
      if (signal?.aborted) stop()

      const request = bare<RequestInit>({
        ...init,
        credentials: 'omit',
        cache: 'no-store',
        referrerPolicy: 'no-referrer',
        redirect: 'manual',
        signal: controller.signal,
      })
      const work = async () => readAll(await fetch(url, request), maxBytes)
      void work()
        .then(resolve, reject)
        .then(() => {
          clearTimer()
          signal?.removeEventListener('abort', stop)
        })
    })
}

async function readAll(response: Response, maxBytes: number): Promise<Response> {
  const reader = response.body?.getReader()
  const chunks: BlobPart[] = []
  let size = 0
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    if (size > maxBytes) {
      reader.cancel().catch(() => {})
      throw new RangeError()
    }
    chunks.push(value as BlobPart)
  }
  const { status, headers } = response
  // A redirect that was not followed has status 0 in browsers; a Response of ours needs a real one.
  return new Response(
    size ? new Blob(chunks) : null,
    bare({ headers, status: status < 200 || status > 599 ? 302 : status }),
  )
}
