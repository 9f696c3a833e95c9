/** A request that cannot be sent at once, or was refused: waits, recovers by what `WWW-Authenticate` says, and sends once more. */
import type { RequestAccess } from '../auth-client.js'
import {
  AuthError,
  SessionChangedError,
  SessionEndedError,
  SignInRequiredError,
} from '../errors.js'
import { findChallenge } from '../session/challenge.js'
import { keepPath } from '../session/good-paths.js'
import type { RequestDoor, RequestKeeper, RequestPin, TokenWish } from '../session/request-door.js'
import { findResource, tokenKey, type Resource } from '../session/resource.js'
import type { StoredAccessToken } from '../session/session-record.js'
import type { ProtectedRequest, ResourceAnswer, SendRequest } from './protected-request.js'

/** Where a request goes. */
interface Destination {
  readonly resource: Resource
  readonly url: URL
  /** Origin and path: what refusals are remembered by. */
  readonly path: string
}

/** One request on its way. */
interface Passage<Answer extends ResourceAnswer> {
  readonly door: RequestDoor
  readonly keeper: RequestKeeper
  readonly request: ProtectedRequest
  readonly send: SendRequest<Answer>
  readonly url: URL
  readonly path: string
  readonly wish: TokenWish
  pin: RequestPin
}

/** No usable token yet, or not for this person: waits for one before anything is sent. */
export async function sendWhenPossible<Answer extends ResourceAnswer>(
  door: RequestDoor,
  request: ProtectedRequest,
  send: SendRequest<Answer>,
  destination: Destination,
  pin: RequestPin,
): Promise<Answer> {
  request.signal?.throwIfAborted()
  const passage = await enter(door, request, send, destination, pin)
  const isRequired = accessOf(request).required ?? destination.resource.required
  if (!isRequired && (await passage.keeper.isSignedOut())) return send({})
  const token = await obtain(passage, passage.wish)
  // who was unknown while the session was being restored is known now
  passage.pin ??= door.pin()
  const answer = await sendWith(passage, token)
  return isRefusal(answer) ? recover(passage, token, answer) : answer
}

/** The request was sent with a token in memory, and refused. */
export async function recoverRefused<Answer extends ResourceAnswer>(
  door: RequestDoor,
  request: ProtectedRequest,
  send: SendRequest<Answer>,
  destination: Destination,
  pin: RequestPin,
  token: StoredAccessToken,
  answer: Answer,
): Promise<Answer> {
  return recover(await enter(door, request, send, destination, pin), token, answer)
}

async function enter<Answer extends ResourceAnswer>(
  door: RequestDoor,
  request: ProtectedRequest,
  send: SendRequest<Answer>,
  { resource, url, path }: Destination,
  pin: RequestPin,
): Promise<Passage<Answer>> {
  const access = accessOf(request)
  const named = access.resource ? findResource(door.resources, access.resource) : resource
  const scope = access.scope ?? named.scope
  const wish = { key: tokenKey(named.resource, scope), resource: named.resource, scope }
  return { door, keeper: await door.requests(), request, send, url, path, wish, pin }
}

/** Waits for a token of the person the request began for, and through a new sign-in where the app wants that. */
async function obtain<Answer extends ResourceAnswer>(
  { door, keeper, request, pin }: Passage<Answer>,
  wish: TokenWish,
): Promise<StoredAccessToken> {
  const place = keeper.enterQueue(request.signal)
  try {
    for (;;) {
      try {
        if (!door.isPinned(pin)) throw new SessionChangedError()
        const token = await keeper.obtainToken(wish, place.signal)
        if (!door.isPinned(pin)) throw new SessionChangedError()
        return token
      } catch (error) {
        if (!(error instanceof SessionEndedError || error instanceof SignInRequiredError))
          throw error
        await keeper.untilSignedIn(error, place.signal)
      }
    }
  } finally {
    place.leave()
  }
}

async function sendWith<Answer extends ResourceAnswer>(
  { keeper, door, request, send, url, path }: Passage<Answer>,
  token: StoredAccessToken,
): Promise<Answer> {
  const headers =
    token.type === 'Bearer'
      ? { authorization: `Bearer ${token.value}` }
      : await keeper.prove(token, request.method, url)
  request.signal?.throwIfAborted()
  const answer = await send(headers)
  if (!isRefusal(answer)) keepPath(door.goodPaths, path)
  return answer
}

/** A resource server said no: `WWW-Authenticate` decides what helps. At most one more send each for a nonce and for a token. */
async function recover<Answer extends ResourceAnswer>(
  passage: Passage<Answer>,
  token: StoredAccessToken,
  answer: Answer,
): Promise<Answer> {
  const { keeper, request, url } = passage
  const challenge = answer.headers.get('www-authenticate')
  const isNew = keeper.learnNonce(url.origin, answer.headers.get('dpop-nonce'))
  if (answer.status === 401 && isNew && findChallenge(challenge, 'use_dpop_nonce')) {
    if (!mayReplay(passage)) return giveUp(passage, answer)
    request.discard?.(answer)
    const again = await sendWith(passage, token)
    return again.status === 401 ? recoverWithToken(passage, token, again) : again
  }
  const demand = readDemand(challenge)
  if (demand) {
    if (!(await keeper.stepUp(demand))) return answer
    const stepped = await obtain(passage, passage.wish)
    if (!mayReplay(passage)) return giveUp(passage, answer)
    request.discard?.(answer)
    return sendWith(passage, stepped)
  }
  if (answer.status === 403) return answer
  if (challenge === null)
    keeper.hint(
      `${url.origin} answered 401 without a readable WWW-Authenticate header; expose it by Access-Control-Expose-Headers.`,
    )
  return recoverWithToken(passage, token, answer)
}

/** 401 for this token: another one helps, unless this path has shown that it refuses fresh ones as well (PROTOCOL rule 32). */
async function recoverWithToken<Answer extends ResourceAnswer>(
  passage: Passage<Answer>,
  refused: StoredAccessToken,
  answer: Answer,
): Promise<Answer> {
  const { door, keeper, request, path, wish } = passage
  const hasWorked = door.goodPaths.has(path)
  const held = door.heldToken(wish.key)
  const isCurrent = !held || held.value === refused.value
  if (isCurrent && keeper.hasRefused(path, refused.value)) return answer
  if (isCurrent && !hasWorked && isRefusedTooOften(refused, keeper.now())) return answer
  const newer = await obtain(passage, {
    ...wish,
    refused: refused.value,
    refusals: hasWorked ? 0 : refused.refusals + 1,
  })
  if (!mayReplay(passage)) return giveUp(passage, answer)
  request.discard?.(answer)
  const again = await sendWith(passage, newer)
  if (again.status === 401) keeper.refuse(path, newer.value)
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

function mayReplay<Answer extends ResourceAnswer>({
  keeper: { replay },
  request,
  url,
}: Passage<Answer>): boolean {
  const { method, replayable } = request
  const wanted = accessOf(request).replay
  if (replayable === false) return false
  if (wanted !== undefined) return wanted
  if (typeof replay === 'function') return replay({ url: url.href, method })
  return replay === 'all' || /^(GET|HEAD|OPTIONS)$/i.test(method)
}

function giveUp<Answer extends ResourceAnswer>(
  { keeper, request, url }: Passage<Answer>,
  answer: Answer,
): Answer {
  const error = new AuthError(
    'not-replayable',
    'The token was refreshed, but this request was not sent again: its body can be read only once, or the replay policy excludes it. Send it again.',
  )
  keeper.hint(`${request.method} ${url.origin}${url.pathname}: ${error.message}`)
  request.notReplayable?.(error)
  return answer
}

function isRefusal({ status }: ResourceAnswer): boolean {
  return status === 401 || status === 403
}

function accessOf({ access }: ProtectedRequest): Exclude<RequestAccess, false> {
  return access || {}
}
