/** The one path of a request to a protected resource: axios, fetch and any other transport go through it. */
import { requestDoor, type AuthClient, type RequestAccess } from '../auth-client.js'
import {
  AuthError,
  ConfigurationError,
  SessionChangedError,
  SessionEndedError,
  SignInRequiredError,
} from '../errors.js'
import { findChallenge } from '../session/challenge.js'
import { matchResource, parseUrl, tokenKey, type Resource } from '../session/resource.js'
import type { RequestDoor, RequestPin, TokenWish } from '../session/request-door.js'
import type { StoredAccessToken } from '../session/session-record.js'

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

const noHeaders: Readonly<Record<string, string>> = Object.freeze({})

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
  const { access } = request
  const url = access === false ? undefined : parseUrl(request.url, door.baseUrl())
  const matched = url && matchResource(door.resources, url)
  if (!url || !matched) return send(noHeaders)
  let target: Target
  try {
    target = resolveTarget(door, matched, access || {}, url)
  } catch (error) {
    return Promise.reject(error as Error)
  }
  const pin = 'pin' in request ? request.pin : door.pin()
  const token = door.heldToken(target.wish.key)
  if (!token || !door.isPinned(pin) || request.signal?.aborted)
    return sendWhenPossible(door, request, send, target, pin)
  const headers = door.authorize(token, { method: request.method, url })
  return (headers instanceof Promise ? headers.then(send) : send(headers)).then((answer) => {
    if (answer.status !== 401 && answer.status !== 403) {
      door.paths.succeeded(target.path)
      return answer
    }
    return recover(door, request, send, target, pin, token, answer)
  })
}

interface Target {
  readonly url: URL
  /** Origin and path: what refusals are remembered by. */
  readonly path: string
  readonly wish: TokenWish
  readonly required: boolean
  readonly replay: boolean | undefined
}

function resolveTarget(
  door: RequestDoor,
  matched: Resource,
  access: Exclude<RequestAccess, false>,
  url: URL,
): Target {
  const named = access.resource
    ? door.resources.find(({ name }) => name === access.resource)
    : matched
  if (!named) throw new ConfigurationError('resource', `no resource is named "${access.resource}"`)
  const scope = access.scope ?? named.scope
  return {
    url,
    path: url.origin + url.pathname,
    wish: { key: tokenKey(named.resource, scope), resource: named.resource, scope },
    required: access.required ?? named.required,
    replay: access.replay,
  }
}

/** No usable token yet, or not for this person: wait for one before anything is sent. */
async function sendWhenPossible<Answer extends ResourceAnswer>(
  door: RequestDoor,
  request: ProtectedRequest,
  send: SendRequest<Answer>,
  target: Target,
  pin: RequestPin,
): Promise<Answer> {
  request.signal?.throwIfAborted()
  if (!target.required && door.isSignedOut()) return send(noHeaders)
  let token
  try {
    token = await obtain(door, request, target.wish, pin)
  } catch (error) {
    if (!target.required && error instanceof SignInRequiredError) return send(noHeaders)
    throw error
  }
  const answer = await sendWith(door, request, send, target, token)
  return answer.status === 401 || answer.status === 403
    ? // who was unknown while the session was being restored is known now
      recover(door, request, send, target, pin ?? door.pin(), token, answer)
    : answer
}

/** Waits for a token of the person the request began for, and through a new sign-in where the app wants that. */
async function obtain(
  door: RequestDoor,
  request: ProtectedRequest,
  wish: TokenWish,
  pin: RequestPin,
): Promise<StoredAccessToken> {
  const place = door.enterQueue(request.signal)
  const { signal } = place
  try {
    for (;;) {
      try {
        if (!door.isPinned(pin)) throw new SessionChangedError()
        const token = await door.obtainToken(wish, signal)
        if (!door.isPinned(pin)) throw new SessionChangedError()
        return token
      } catch (error) {
        if (!(error instanceof SessionEndedError || error instanceof SignInRequiredError))
          throw error
        await door.untilSignedIn(error, signal)
      }
    }
  } finally {
    place.leave()
  }
}

async function sendWith<Answer extends ResourceAnswer>(
  door: RequestDoor,
  request: ProtectedRequest,
  send: SendRequest<Answer>,
  target: Target,
  token: StoredAccessToken,
): Promise<Answer> {
  const headers = await door.authorize(token, { method: request.method, url: target.url })
  request.signal?.throwIfAborted()
  const answer = await send(headers)
  if (answer.status !== 401 && answer.status !== 403) door.paths.succeeded(target.path)
  return answer
}

/** A resource server said no: `WWW-Authenticate` decides what helps. At most one more send each for a nonce and for a token. */
async function recover<Answer extends ResourceAnswer>(
  door: RequestDoor,
  request: ProtectedRequest,
  send: SendRequest<Answer>,
  target: Target,
  pin: RequestPin,
  token: StoredAccessToken,
  answer: Answer,
): Promise<Answer> {
  const challenge = answer.headers.get('www-authenticate')
  const isNew = door.learnNonce(target.url.origin, answer.headers.get('dpop-nonce'))
  if (answer.status === 401 && isNew && findChallenge(challenge, 'use_dpop_nonce')) {
    if (!mayReplay(door, request, target)) return giveUp(request, answer)
    request.discard?.(answer)
    const again = await sendWith(door, request, send, target, token)
    return again.status === 401
      ? recoverWithToken(door, request, send, target, pin, token, again)
      : again
  }
  const demand = readDemand(challenge)
  if (demand) {
    if (!(await door.stepUp(demand))) return answer
    if (!mayReplay(door, request, target)) return giveUp(request, answer)
    const stepped = await obtain(door, request, target.wish, pin)
    request.discard?.(answer)
    return sendWith(door, request, send, target, stepped)
  }
  if (answer.status === 403) return answer
  if (challenge === null)
    door.hint(
      `${target.url.origin} answered 401 without a readable WWW-Authenticate header: expose it by CORS (Access-Control-Expose-Headers).`,
    )
  return recoverWithToken(door, request, send, target, pin, token, answer)
}

/** 401 for this token: another one helps, unless this path has shown that it refuses fresh ones as well. */
async function recoverWithToken<Answer extends ResourceAnswer>(
  door: RequestDoor,
  request: ProtectedRequest,
  send: SendRequest<Answer>,
  target: Target,
  pin: RequestPin,
  refused: StoredAccessToken,
  answer: Answer,
): Promise<Answer> {
  const { paths } = door
  const { path, wish } = target
  const worked = paths.hasSucceeded(path)
  const held = door.heldToken(wish.key)
  const isCurrent = !held || held.value === refused.value
  if (isCurrent && paths.hasRefusedAfterRefresh(path, refused.value)) return answer
  if (isCurrent && !worked && isRefusedTooOften(refused, door.now())) return answer
  const newer = await obtain(
    door,
    request,
    { ...wish, refused: refused.value, refusals: worked ? 0 : refused.refusals + 1 },
    pin,
  )
  if (!mayReplay(door, request, target)) return giveUp(request, answer)
  request.discard?.(answer)
  const again = await sendWith(door, request, send, target, newer)
  if (again.status === 401) paths.refusedAfterRefresh(path, newer.value)
  return again
}

/** PROTOCOL rule 32 (b): tokens that were refused again and again soon after a refresh. */
function isRefusedTooOften({ refusals, startedAt }: StoredAccessToken, now: number): boolean {
  return refusals >= 2 && now - startedAt < 30_000 * 2 ** refusals
}

/** RFC 9470 and RFC 6750 §3.1: what a refresh cannot give. */
function readDemand(header: string | null) {
  const stepUp = findChallenge(header, 'insufficient_user_authentication')?.parameters
  if (stepUp) {
    const acrValues = stepUp['acr_values']?.slice(0, 256)
    const maxAge = stepUp['max_age']
    return {
      ...(acrValues && { acrValues }),
      ...(maxAge && /^\d{1,9}$/.test(maxAge) && { maxAgeSeconds: Number(maxAge) }),
    }
  }
  const scope = findChallenge(header, 'insufficient_scope')?.parameters['scope']
  return scope === undefined ? undefined : { scope: scope.slice(0, 512) }
}

function mayReplay(door: RequestDoor, request: ProtectedRequest, target: Target): boolean {
  if (request.replayable === false) return false
  if (target.replay !== undefined) return target.replay
  const { replay } = door
  if (typeof replay === 'function') return replay({ url: target.url.href, method: request.method })
  return replay === 'all' || /^(GET|HEAD|OPTIONS)$/i.test(request.method)
}

function giveUp<Answer>(request: ProtectedRequest, answer: Answer): Answer {
  request.notReplayable?.(
    new AuthError(
      'not-replayable',
      'The token was refreshed, but this request was not sent again: its body can be read only once, or the replay policy excludes it. Send it again.',
    ),
  )
  return answer
}
