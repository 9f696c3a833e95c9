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
  return (input, init) => {
    const send = options.fetch ?? fetch
    const { access, ...rest } = init ?? {}
    const request = input instanceof Request ? input : undefined
    const method = rest.method ?? request?.method ?? 'GET'
    const own = new Headers(rest.headers ?? request?.headers)
    // the address judged is the address sent
    const url = request ? request.url : parseUrl(String(input), door.baseUrl())?.href
    if (access === false || url === undefined || own.has('authorization')) return send(input, rest)
    return requestProtectedResource(
      auth,
      {
        url,
        method,
        access,
        signal: rest.signal ?? request?.signal,
        replayable: !(rest.body instanceof ReadableStream),
        discard: (answer) => void (answer as Response).body?.cancel().catch(() => {}),
      },
      (added) => {
        // a Request's body can be read once: each send gets a copy
        const target = request?.body && !rest.body ? request.clone() : (request ?? url)
        if (!added['authorization']) return send(target, rest)
        const headers = new Headers(own)
        for (const name in added) headers.set(name, added[name]!)
        // browsers drop Authorization on a redirect to another origin, but not a proof
        const redirect = added['dpop'] ? { redirect: 'error' as const } : undefined
        return send(target, { ...rest, ...redirect, headers })
      },
    )
  }
}
