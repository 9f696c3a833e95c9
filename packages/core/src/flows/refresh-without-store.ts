/** The store is unusable: a refresh without a claim, only if no other tab objects (rule 29). */
import { wait } from '../environment/long-timer.js'
import { RefreshPostponedError, type StorageError } from '../errors.js'
import type { Protocol } from '../protocol/protocol.js'
import { ownerLockName } from '../session/owner-lock.js'
import type { TokenWish } from '../session/request-door.js'
import type { SessionRecord } from '../session/session-record.js'
import type { ClientContext } from './client-context.js'
import { commitRefresh } from './commit-refresh.js'
import { endSession } from './end-session.js'
import { sendRefresh } from './send-refresh.js'
import type { Turn } from './wait-for-turn.js'

const rollCallMs = 300
const queueMs = 2000

/**
 * @param turn - Its proof of life is held: a claim that failed may land late.
 * @throws {RefreshPostponedError} `storage-unavailable`: the token is still good, or another tab objects.
 */
export async function refreshWithoutStore<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  turn: Turn,
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
  if (!(await turn.hasQueue(queueMs))) throw postponed('another tab is refreshing')
  const current = memory.record ?? known
  const { sessionId, generation, refreshToken } = current
  if (current.state !== 'signed-in' || !refreshToken) throw postponed('nothing can be sent')
  if (context.spent.has(refreshToken)) throw postponed('this refresh token was used already')
  if (await isSpentElsewhere(context, sessionId, generation))
    throw postponed('another tab knows better')
  const stopOwning = await ownSpent(context, sessionId)
  try {
    context.spent.add(refreshToken)
    context.tell({ type: 'spent', session: sessionId, generation })
    environment.page.writeMarker(names.shared, `~${sessionId}`)
    const { outcome, served } = await sendRefresh(context, protocol, current, wish)
    if (outcome.kind === 'granted')
      return await commitRefresh(
        context,
        protocol,
        withOwning(turn, stopOwning),
        current,
        served,
        outcome.tokens,
      )
    // what was not executed has spent nothing
    if (outcome.kind === 'not-executed' || outcome.kind === 'configuration')
      context.spent.delete(refreshToken)
    stopOwning()
    if (outcome.kind === 'refused')
      return await endSession(context, protocol, turn, current, {
        reason: 'refresh-token-refused',
        detail: 'rotation-lost',
      })
  } catch (error) {
    stopOwning()
    throw error
  }
  throw postponed('the authorization server did not grant a refresh')
}

/**
 * A page that could not write has spent the stored refresh token, say a message or the marker: it is left alone while that page lives.
 *
 * @throws {RefreshPostponedError} `storage-unavailable`
 */
export async function respectSpent<User>(
  context: ClientContext<User>,
  { sessionId, generation, refreshToken }: SessionRecord,
): Promise<void> {
  const { environment, names, spent, spentUpTo } = context
  const isMarked = environment.page.readMarker(names.shared) === `~${sessionId}`
  const isKnown =
    (refreshToken !== undefined && spent.has(refreshToken)) ||
    generation <= (spentUpTo.get(sessionId) ?? -1)
  if ((isMarked || isKnown) && (await isSpentElsewhere(context, sessionId, generation)))
    throw new RefreshPostponedError(
      'storage-unavailable',
      'Another tab holds newer tokens that it cannot store yet.',
    )
}

/** Proof of life of a page whose refresh is in no journal: later pages know it by the marker. */
async function ownSpent<User>(
  { environment: { locks }, names, ownIntents }: ClientContext<User>,
  sessionId: string,
): Promise<() => void> {
  const id = `~${sessionId}`
  if (ownIntents.has(id)) return () => {}
  ownIntents.add(id)
  const unlock = locks.available ? await locks.hold(ownerLockName(names, id)) : () => {}
  return () => {
    ownIntents.delete(id)
    unlock()
  }
}

function withOwning(turn: Turn, stopOwning: () => void): Turn {
  return {
    ...turn,
    release() {
      stopOwning()
      turn.release()
    },
    keepOwning() {
      const stop = turn.keepOwning()
      return () => {
        stopOwning()
        stop()
      }
    },
  }
}

/** Whether a page that cannot write lives and has used this refresh token, or any page that hears us knows better. */
async function isSpentElsewhere<User>(
  context: ClientContext<User>,
  session: string,
  generation: number,
): Promise<boolean> {
  const { environment, names, ownIntents } = context
  const { locks, clock } = environment
  const id = `~${session}`
  // frozen or not
  if (locks.available && !ownIntents.has(id) && (await locks.isHeld(ownerLockName(names, id))))
    return true
  let isObjected = false
  const stop = context.hear((message) => {
    if (message.type === 'objection' && message.session === session) isObjected = true
  })
  context.tell({ type: 'roll-call', session, generation })
  await wait(clock, rollCallMs)
  stop()
  return isObjected
}
