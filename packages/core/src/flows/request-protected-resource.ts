/** The one path of a request to a protected resource: axios, fetch and any other transport go through it. */
import { requestDoor, type AuthClient } from '../auth-client.js'
import { keepPath } from '../session/good-paths.js'
import type { RequestPin } from '../session/request-door.js'
import { matchResource, parseUrl } from '../session/resource.js'
import { lateCode } from './late-code.js'
import type { ProtectedRequest, ResourceAnswer, SendRequest } from './protected-request.js'

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
  const destination = { resource, url, path: url.origin + url.pathname }
  const rest = () => lateCode(import('./recover-request.js'))
  // what only some requests ask for goes the long way
  const token = request.access || request.signal?.aborted ? undefined : door.heldToken(resource.key)
  if (token?.type !== 'Bearer' || !door.isPinned(pin))
    return rest().then((late) => late.sendWhenPossible(door, request, send, destination, pin))
  return send({ authorization: `Bearer ${token.value}` }).then((answer) => {
    if (answer.status === 401 || answer.status === 403)
      return rest().then((late) =>
        late.recoverRefused(door, request, send, destination, pin, token, answer),
      )
    keepPath(door.goodPaths, destination.path)
    return answer
  })
}
