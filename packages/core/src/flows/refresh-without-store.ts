/** The store is unusable: a refresh without a claim, only if no other tab objects (rule 29). */
import { wait } from '../environment/long-timer.js'
import { RefreshPostponedError, type StorageError } from '../errors.js'
import type { Protocol } from '../protocol/protocol.js'
import type { TokenWish } from '../session/request-door.js'
import type { SessionRecord } from '../session/session-record.js'
import type { ClientContext } from './client-context.js'
import { commitRefresh } from './commit-refresh.js'
import { endSession } from './end-session.js'
import { sendRefresh } from './send-refresh.js'

const rollCallMs = 300

/** @throws {RefreshPostponedError} `storage-unavailable`: the token is still good, or another tab objects. */
export async function refreshWithoutStore<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  wish: TokenWish,
  known: SessionRecord,
  cause: StorageError,
): Promise<void> {
  const { memory, environment, names } = context
  const token = memory.token(wish.key)
  const postponed = (why: string) =>
    new RefreshPostponedError('storage-unavailable', `The store does not work, and ${why}.`, cause)
  if (token && token.value !== wish.refused && memory.isFresh(token))
    throw postponed('the token is still good')
  const queue = new AbortController()
  const limit = environment.clock.setTimer(() => queue.abort(), 2000)
  const send = async () => {
    limit()
    const { sessionId, generation } = memory.record ?? known
    if (context.spent.has(`${sessionId} ${generation}`) || !known.refreshToken)
      throw postponed('another tab has used this refresh token')
    if (await isObjectedTo(context, sessionId, generation))
      throw postponed('another tab knows better')
    context.tell({ type: 'spent', session: sessionId, generation })
    context.spent.add(`${sessionId} ${generation}`)
    environment.page.writeMarker(names.shared, `~${sessionId}`)
    const current = memory.record ?? known
    const { outcome } = await sendRefresh(context, protocol, current, wish)
    if (outcome.kind === 'granted') {
      const noTurn = { release() {}, leaveQueue() {}, keepOwning: () => () => {} }
      await commitRefresh(context, protocol, noTurn, current, wish, outcome.tokens)
    } else if (outcome.kind === 'refused')
      await endSession(context, protocol, current, current.refreshToken, current.intent?.id, {
        reason: 'refresh-token-refused',
        detail: 'rotation-lost',
      })
    else throw postponed('the authorization server did not grant a refresh')
  }
  if (!environment.locks.available) return send()
  try {
    await environment.locks.request(names.shared, queue.signal, send)
  } catch (error) {
    if (queue.signal.aborted) throw postponed('another tab is refreshing')
    throw error
  } finally {
    limit()
  }
}

/**
 * A page that could not write has spent the stored refresh token, says the marker: it is left alone while that page lives.
 *
 * @throws {RefreshPostponedError} `storage-unavailable`
 */
export async function respectSpent<User>(
  context: ClientContext<User>,
  sessionId: string,
  generation: number,
): Promise<void> {
  const { environment, names, spent } = context
  const isMarked = environment.page.readMarker(names.shared) === `~${sessionId}`
  const isKnown = spent.has(`${sessionId} ${generation}`)
  if ((isMarked || isKnown) && (await isObjectedTo(context, sessionId, generation)))
    throw new RefreshPostponedError(
      'storage-unavailable',
      'Another tab holds newer tokens that it cannot store yet.',
    )
}

async function isObjectedTo<User>(
  context: ClientContext<User>,
  session: string,
  generation: number,
): Promise<boolean> {
  let isObjected = false
  const stop = context.hear((message) => {
    if (message.type === 'objection' && message.session === session) isObjected = true
  })
  context.tell({ type: 'roll-call', session, generation })
  await wait(context.environment.clock, rollCallMs)
  stop()
  return isObjected
}
