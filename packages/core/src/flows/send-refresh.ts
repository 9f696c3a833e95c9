/** The token request of one attempt: it lives 30 s, whatever its callers do; a first failure without an answer is tried once more. */
import type { Clock } from '../environment/environment.js'
import { wait } from '../environment/long-timer.js'
import type { TokenEndpointError } from '../errors.js'
import type { IdTokenClaims, Protocol, RefreshOutcome } from '../protocol/protocol.js'
import type { TokenWish } from '../session/request-door.js'
import type { SessionRecord } from '../session/session-record.js'
import type { ClientContext } from './client-context.js'

export interface SentRefresh {
  readonly outcome: RefreshOutcome
  /** A request of this attempt got no usable answer: the refresh token may have been spent by it. */
  readonly hadUnknown: boolean
  /** The refusal concerns this resource or scope, not the session. */
  readonly isForResourceOnly: boolean
  /** That refusal. */
  readonly refusal?: TokenEndpointError
  /** What the outcome's tokens are for: the wish, or the plain grant that was tried after its refusal. */
  readonly served: TokenWish
}

const requestMs = 30_000
const resendMs = 300

/** Sends the claimed record's refresh token (PROTOCOL rules 15–17). Never throws. */
export async function sendRefresh<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  record: SessionRecord,
  wish: TokenWish,
): Promise<SentRefresh> {
  const { clock } = context.environment
  let outcome = await sendOnce(context, protocol, record, wish)
  const hadUnknown = outcome.kind === 'unknown'
  if (hadUnknown && !record.failure && !record.intent?.after) {
    await wait(clock, resendMs)
    outcome = await sendOnce(context, protocol, record, wish)
  }
  const isNarrow = wish.key !== ''
  // a refusal that may only mean this resource or scope: a plain grant decides (rule 23)
  if (isNarrow && outcome.kind === 'refused') {
    const served = { key: '' }
    const plain = await sendOnce(context, protocol, record, served)
    // anything but a grant leaves it open
    const isForResourceOnly = plain.kind === 'granted'
    return { outcome: plain, hadUnknown, isForResourceOnly, refusal: outcome.error, served }
  }
  if (isNarrow && outcome.kind === 'configuration')
    return { outcome, hadUnknown, isForResourceOnly: true, refusal: outcome.error, served: wish }
  return { outcome, hadUnknown, isForResourceOnly: false, served: wish }
}

async function sendOnce<User>(
  { environment }: ClientContext<User>,
  protocol: Protocol,
  record: SessionRecord,
  wish: TokenWish,
): Promise<RefreshOutcome> {
  const { clock, page } = environment
  const limit = new AbortController()
  const startedAt = clock.monotonic()
  const cancel = limitAwakeTime(clock, requestMs, () => limit.abort())
  // back online: a request from before will hardly be answered, and all wait for it
  const stop = page.onMoment((moment) => {
    if (moment === 'online' && clock.monotonic() - startedAt > 3000) limit.abort()
  })
  try {
    return await protocol.refreshTokenGrant({
      refreshToken: record.refreshToken ?? '',
      claims: record.claims as IdTokenClaims,
      signal: limit.signal,
      ...(wish.resource !== undefined && { resource: wish.resource }),
      ...(wish.scope !== undefined && { scope: wish.scope }),
      ...(record.dpopKey && { dpopKey: record.dpopKey }),
    })
  } finally {
    cancel()
    stop()
  }
}

/** A timer that fires more than 0.5 s late was slept through: the answer gets a second more (rule 16). */
function limitAwakeTime(clock: Clock, limitMs: number, callback: () => void): () => void {
  const due = clock.monotonic() + limitMs
  let cancel = clock.setTimer(() => {
    if (clock.monotonic() - due > 500) cancel = clock.setTimer(callback, 1000)
    else callback()
  }, limitMs)
  return () => cancel()
}
