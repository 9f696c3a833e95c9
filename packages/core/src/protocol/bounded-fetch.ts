/** The only way from here to the network: bounded in time and size, without cookies, caches, referrers and redirects. */
import { RefreshPostponedError } from '../errors.js'
import { bare } from './plain-data.js'
import type { ProtocolConfig } from './protocol.js'

/**
 * Fetches, and reads the whole body before it resolves. It settles in time even if `fetch` ignores its signal.
 *
 * @throws {RefreshPostponedError} `timeout` (the signal as well), `offline`, or `invalid-response` for a body that is too large.
 */
export async function boundedFetch(
  { fetch, clock }: Pick<ProtocolConfig, 'fetch' | 'clock'>,
  url: string,
  init: RequestInit,
  maxBytes: number,
  timeLimitMs: number,
  signal?: AbortSignal,
): Promise<Response> {
  const controller = new AbortController()
  const lost = (reason: 'timeout' | 'offline' | 'invalid-response') =>
    new RefreshPostponedError(reason, `${url} gave no usable answer (${reason}).`)

  if (signal?.aborted) throw lost('timeout')
  let stop = () => {}
  const stopped = new Promise<never>((_, reject) => {
    stop = () => {
      reject(lost('timeout'))
      controller.abort()
    }
  })
  const cancelTimer = clock.setTimer(stop, timeLimitMs)
  signal?.addEventListener('abort', stop)

  async function answer(): Promise<Response> {
    const response = await fetch(
      url,
      bare<RequestInit>({
        ...init,
        credentials: 'omit',
        cache: 'no-store',
        referrerPolicy: 'no-referrer',
        redirect: 'manual',
        signal: controller.signal,
      }),
    )
    const reader = response.body?.getReader()
    const chunks: BlobPart[] = []
    for (let size = 0; reader;) {
      const { done, value } = await reader.read()
      if (done) break
      chunks.push(value)
      size += value.byteLength
      if (size > maxBytes) {
        controller.abort()
        throw lost('invalid-response')
      }
    }
    const { status, headers } = response
    return new Response(
      chunks[0] ? new Blob(chunks) : null,
      // A redirect that was not followed has status 0 in browsers, which no Response can be made with.
      bare({ headers, status: status || 302 }),
    )
  }
  try {
    return await Promise.race([answer(), stopped])
  } catch (error) {
    // What fetch itself rejects with is not told on: it may be a custom one.
    throw error instanceof RefreshPostponedError ? error : lost('offline')
  } finally {
    cancelTimer()
    signal?.removeEventListener('abort', stop)
  }
}
