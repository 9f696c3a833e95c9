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
import type {
  RequestDoor,
  RequestKeeper,
  RequestPin,
  StepUpDemand,
  TokenWish,
} from '../session/request-door.js'
import { findResource, parseUrl, sortScope, tokenKey, type Resource } from '../session/resource.js'
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
  const token = await obtain(passage, passage.wish, !isRequired)
  if (!token) return send({})
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

function obtain<Answer extends ResourceAnswer>(
  passage: Passage<Answer>,
  wish: TokenWish,
): Promise<StoredAccessToken>
function obtain<Answer extends ResourceAnswer>(
  passage: Passage<Answer>,
  wish: TokenWish,
  mayBeBare: boolean,
): Promise<StoredAccessToken | undefined>
/**
 * Waits for a token of the person the request began for, and through a new sign-in where the app wants that.
 *
 * @param mayBeBare - Gives `undefined` if nobody is signed in.
 */
async function obtain<Answer extends ResourceAnswer>(
  passage: Passage<Answer>,
  wish: TokenWish,
  mayBeBare = false,
): Promise<StoredAccessToken | undefined> {
  const { door, keeper, request } = passage
  const place = keeper.enterQueue(request.signal)
  try {
    if ((await keeper.isSignedOut(place.signal)) && mayBeBare) return undefined
    for (;;) {
      try {
        // who was unknown while the session was being restored is known from now on
        passage.pin ??= door.pin()
        checkPin(passage)
        return await keeper.obtainToken(wish, place.signal)
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
  passage: Passage<Answer>,
  token: StoredAccessToken,
): Promise<Answer> {
  const { keeper, door, request, send, url, path } = passage
  let headers: Readonly<Record<string, string>> = { authorization: `Bearer ${token.value}` }
  if (isBound(token)) {
    headers = await keeper.prove(token, request.method, url)
    if (await keeper.isSignedOut(request.signal)) throw new SignInRequiredError()
  }
  // nothing is awaited between these checks and the send
  request.signal?.throwIfAborted()
  checkPin(passage)
  const answer = await send(headers)
  if (isBound(token)) keeper.learnNonce(url.origin, answer.headers.get('dpop-nonce') ?? null)
  if (!isRefusal(answer)) keepPath(door.goodPaths, path)
  return answer
}

/** A resource server said no: `WWW-Authenticate` decides what helps. At most one more send each for a nonce and for a token. */
async function recover<Answer extends ResourceAnswer>(
  passage: Passage<Answer>,
  token: StoredAccessToken,
  answer: Answer,
  mayTryNonce = true,
): Promise<Answer> {
  const { keeper, url, wish } = passage
  // a redirect has led to another origin, which did not get the token: what it says about tokens is no concern of ours
  if (answer.url && parseUrl(answer.url, url.href)?.origin !== url.origin) return answer
  const challenge = answer.headers.get('www-authenticate') ?? null
  if (isBound(token) && findChallenge(challenge, 'use_dpop_nonce')) {
    if (!mayTryNonce) return answer
    if (!answer.headers.get('dpop-nonce')) {
      keeper.hint(
        `${url.origin} wants a DPoP nonce that cannot be read; expose DPoP-Nonce by Access-Control-Expose-Headers.`,
      )
      return answer
    }
    const current = await obtain(passage, wish)
    const again = await sendAgain(passage, current, answer)
    return again !== answer && isRefusal(again) ? recover(passage, current, again, false) : again
  }
  const demand = readDemand(challenge)
  if (demand) {
    if (!(await stepUp(passage, demand))) return answer
    return sendAgain(passage, await obtain(passage, widen(wish, demand.scope)), answer)
  }
  // a refresh brings no more scope than there was
  if (answer.status === 403 || findChallenge(challenge, 'insufficient_scope')) return answer
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
  const { door, keeper, path, wish } = passage
  const hasWorked = door.goodPaths.has(path)
  const held = door.heldToken(wish.key)
  const isCurrent = !held || held.value === refused.value
  if (isCurrent && !hasWorked) {
    const isRefusedTooOften =
      refused.refusals >= 2 && keeper.now() - refused.startedAt < 30_000 * 2 ** refused.refusals
    if (isRefusedTooOften || keeper.hasRefused(path, refused.value)) return answer
  }
  const newer = await obtain(passage, {
    ...wish,
    refused: refused.value,
    refusals: hasWorked ? 0 : refused.refusals + 1,
  })
  const again = await sendAgain(passage, newer, answer)
  // a late 401 has seen no refresh: what it says of the current token is not held against the path
  if (isCurrent && again !== answer && again.status === 401) {
    keeper.refuse(path, newer.value)
    door.goodPaths.delete(path)
  }
  return again
}

/** The second send; or, if there must be none, the answer to the first. */
async function sendAgain<Answer extends ResourceAnswer>(
  passage: Passage<Answer>,
  token: StoredAccessToken,
  answer: Answer,
): Promise<Answer> {
  const { keeper, request, url } = passage
  if (mayReplay(passage)) {
    request.discard?.(answer)
    return sendWith(passage, token)
  }
  const error = new AuthError(
    'not-replayable',
    'There is a new token, but this request was not sent again: its body can be read only once, or the replay policy excludes it. Send it again.',
  )
  keeper.hint(`${request.method} ${url.origin}${url.pathname}: ${error.message}`)
  request.notReplayable?.(error)
  return answer
}

async function stepUp<Answer extends ResourceAnswer>(
  { keeper, request }: Passage<Answer>,
  demand: StepUpDemand,
): Promise<boolean> {
  const place = keeper.enterQueue(request.signal, true)
  try {
    return await keeper.stepUp(demand, place.signal)
  } finally {
    place.leave()
  }
}

/** RFC 9470 and RFC 6750 §3.1: what a refresh cannot give. An API's words are capped before they go anywhere. */
function readDemand(header: string | null): StepUpDemand | undefined {
  const stronger = findChallenge(header, 'insufficient_user_authentication')?.parameters
  if (stronger) {
    const acrValues = printable(stronger['acr_values'])
    const maxAge = stronger['max_age']
    return {
      ...(acrValues && { acrValues }),
      ...(maxAge && /^\d{1,9}$/.test(maxAge) && { maxAgeSeconds: Number(maxAge) }),
    }
  }
  const scope = printable(findChallenge(header, 'insufficient_scope')?.parameters['scope'])
  return scope ? { scope } : undefined
}

function printable(value: string | undefined): string | undefined {
  return value && /^[ -~]{1,512}$/.test(value) ? value : undefined
}

/** A token asked for by scope must have the new scopes as well. */
function widen(wish: TokenWish, more: string | undefined): TokenWish {
  if (!wish.scope || !more) return wish
  const scope = sortScope(`${wish.scope} ${more}`)
  return { ...wish, scope, key: tokenKey(wish.resource, scope) }
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

function checkPin<Answer extends ResourceAnswer>({ door, pin }: Passage<Answer>): void {
  if (!door.isPinned(pin)) throw new SessionChangedError()
}

/** RFC 9449: sent with a proof. */
function isBound({ type }: StoredAccessToken): boolean {
  return type !== 'Bearer'
}

function isRefusal({ status }: ResourceAnswer): boolean {
  return status === 401 || status === 403
}

function accessOf({ access }: ProtectedRequest): Exclude<RequestAccess, false> {
  return access || {}
}
