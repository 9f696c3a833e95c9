/** The one path of a request to a protected resource: axios, fetch and any other transport go through it. */
import { requestDoor, type AuthClient, type RequestAccess } from '../auth-client.js'
import type { AuthError } from '../errors.js'
import type { RequestPin } from '../session/request-door.js'
import { matchResource, parseUrl } from '../session/resource.js'
import { lateCode } from './late-code.js'

/** What the path must know of a request. */
export interface ProtectedRequest {
  /** Relative URLs resolve against the document's base. It must be the URL that is sent. */
  readonly url: string
  readonly method: string
  readonly access?: RequestAccess | undefined
  /** Ends the waiting; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined
  /** `false`: the body can be read only once, so there is no second send. Default `true`. */
  readonly replayable?: boolean
  /** Who it was begun for, by {@link pinRequest}; default: whoever is here now. */
  readonly pin?: RequestPin
  /** Called with the first answer when it is dropped in favour of a second send. */
  discard?(answer: ResourceAnswer): void
  /** Called when the answer given is the first one only because there must be no second send. */
  notReplayable?(error: AuthError): void
}

/** What the path reads of an answer; a fetch `Response` is one. */
export interface ResourceAnswer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
}

/** Sends the request with these headers added; with none of them, exactly as it is. */
export type SendRequest<Answer extends ResourceAnswer> = (
  headers: Readonly<Record<string, string>>,
) => Promise<Answer>

const keptPaths = 100

/** Remembers for whom a request begins, for a transport that sends it later. */
export function pinRequest(auth: AuthClient<unknown>): RequestPin {
  return auth[requestDoor].pin()
}

/**
 * Sends a request with the token of the resource its URL belongs to. On a 401 for that token it waits for a newer one and sends once more;
 * that outcome is final. A request to no listed URL is sent untouched. With a fresh token in memory `send` is called in the same tick.
 *
 * @throws {SignInRequiredError} Nobody is signed in.
 * @throws {SessionEndedError} The session ended while it waited.
 * @throws {RefreshPostponedError} Its token has expired and cannot be refreshed now; it was not sent.
 * @throws {SessionChangedError} Another user has signed in since it began.
 * @throws Whatever `send` throws, unchanged: a network error is no 401.
 */
export function requestProtectedResource<Answer extends ResourceAnswer>(
  auth: AuthClient<unknown>,
  request: ProtectedRequest,
  send: SendRequest<Answer>,
): Promise<Answer> {
  const door = auth[requestDoor]
  const url = request.access === false ? undefined : parseUrl(request.url, door.baseUrl())
  const resource = url && matchResource(door.resources, url)
  if (!resource) return send({})
  const pin = 'pin' in request ? request.pin : door.pin()
  // what only some requests ask for goes the long way
  const token = request.access || request.signal?.aborted ? undefined : door.heldToken(resource.key)
  const path = url.origin + url.pathname
  if (token?.type !== 'Bearer' || !door.isPinned(pin))
    return lateCode(import('./recover-request.js')).then(({ sendWhenPossible }) =>
      sendWhenPossible(door, request, send, { resource, url, path }, pin),
    )
  return send({ authorization: `Bearer ${token.value}` }).then((answer) => {
    if (answer.status === 401 || answer.status === 403)
      return lateCode(import('./recover-request.js')).then(({ recoverRefused }) =>
        recoverRefused(door, request, send, { resource, url, path }, pin, token, answer),
      )
    keepPath(door.goodPaths, path)
    return answer
  })
}

/** A path that has worked: its next 401 is worth a refresh. */
export function keepPath(paths: Set<string>, path: string): void {
  if (paths.size >= keptPaths && !paths.has(path)) paths.delete(paths.values().next().value!)
  paths.add(path)
}
