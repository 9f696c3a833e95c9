/** The fetch twin of the axios interceptor: the same engine beneath, responses as they are. */
import type { AuthClient, RequestAccess } from '../auth-client.js'
import { requestDoor } from '../auth-client.js'
import { parseUrl } from '../session/resource.js'
import { requestProtectedResource } from './request-protected-resource.js'

/** `RequestInit` with the one key of ours. */
export interface AuthRequestInit extends RequestInit {
  /** What this request asks of the client; `false`: leave it alone. */
  readonly access?: RequestAccess
}

export type AuthFetch = (input: RequestInfo | URL, init?: AuthRequestInit) => Promise<Response>

export interface AuthFetchOptions {
  /** Beneath: default the global `fetch`, looked up at each call. */
  readonly fetch?: typeof fetch
}

/**
 * A `fetch` whose requests to listed resources carry the access token, wait for a refresh after a 401 and are sent once more.
 * Rejects with errors of ours, or with what the fetch beneath throws.
 *
 * Not replayed: a body that is a stream. Its 401 comes back after the refresh, and the logger says so.
 */
export function createAuthFetch(
  auth: AuthClient<unknown>,
  options: AuthFetchOptions = {},
): AuthFetch {
  const door = auth[requestDoor]
  return async (input, init) => {
    const send = options.fetch ?? fetch
    const { access, ...rest } = init ?? {}
    const request = typeof input === 'object' && 'url' in input ? input : undefined
    const own = new Headers(rest.headers ?? request?.headers)
    // the address judged is the address sent
    const address = request?.url ?? `${input}`
    const url = parseUrl(address, door.baseUrl())?.href ?? address
    return requestProtectedResource(
      auth,
      {
        url,
        method: rest.method ?? request?.method ?? 'GET',
        access: !own.has('authorization') && access,
        signal: rest.signal ?? request?.signal,
        replayable: !(rest.body instanceof ReadableStream),
        discard: ({ body }: Response) => void body?.cancel().catch(() => {}),
      },
      (added) => {
        if (!added['authorization']) return send(input, rest)
        // a Request can be sent once: each send gets a copy
        return send(request?.clone() ?? url, {
          // browsers drop Authorization on a redirect to another origin, but not a proof
          ...(added['dpop'] && { redirect: 'error' }),
          ...rest,
          headers: { ...Object.fromEntries(own), ...added },
        })
      },
    )
  }
}
