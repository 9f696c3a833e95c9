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
import { isOwnerAlive } from './proof-of-life.js'
import { believeMarker } from './sync-with-store.js'
import { sendRefresh } from './send-refresh.js'
import type { Turn } from './wait-for-turn.js'

/** More than a message and its answer take between busy tabs. */
const rollCallMs = 1000
const queueMs = 2000

/**
 * @param turn - Its proof of life is held if a claim was tried: it may land late.
 * @returns `store-works`: it does again, and nothing was sent.
 * @throws {RefreshPostponedError} `storage-unavailable`: the token is still good, or another tab objects.
 */
export async function refreshWithoutStore<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  turn: Turn,
  wish: TokenWish,
  known: SessionRecord,
  cause: StorageError,
): Promise<'store-works' | void> {
  const { memory, environment, names } = context
  const token = memory.token(wish.key)
  const postponed = (why: string) =>
    new RefreshPostponedError('storage-unavailable', `The store does not work, and ${why}.`, cause)
  if (token && token.value !== wish.refused && memory.isFresh(token))
    throw postponed('the token is still good')
  if (!(await turn.hasQueue(queueMs))) throw postponed('another tab is refreshing')
  believeMarker(context)
  const current = memory.record ?? known
  const { sessionId, generation, refreshToken } = current
  if (current.state !== 'signed-in' || !refreshToken) throw postponed('nothing can be sent')
  if (context.spent.has(refreshToken)) throw postponed('this refresh token was used already')
  if (context.heardGeneration > generation) throw postponed('another tab has newer tokens')
  // first said, then asked, as a claim first takes its lock: of two that try at once, one sees the other
  const stopOwning = await ownSpent(context, sessionId)
  const { page } = environment
  const marker = page.readMarker(names.shared)
  const said = `~${sessionId}`
  // it is all that knows of a sign-out while the store fails
  const isOver = () => page.readMarker(names.shared) === `!${sessionId}`
  if (!isOver()) page.writeMarker(names.shared, said)
  const retract = () => {
    if (marker !== null && page.readMarker(names.shared) === said)
      page.writeMarker(names.shared, marker)
    stopOwning()
  }
  try {
    const trying = canWrite(context)
    const [isSpent, isUsable] = await Promise.all([
      isObjectedTo(context, sessionId, generation, trying),
      trying,
    ])
    if (isSpent || isUsable || isOver() || context.heardGeneration > generation) {
      retract()
      if (isUsable) return 'store-works'
      throw postponed('another tab knows better')
    }
    context.spent.add(refreshToken)
    context.tell({ type: 'spent', session: sessionId, generation })
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
 * A page that could not write has spent the stored refresh token, say its lock, a message or the marker: it is left alone while that page lives.
 *
 * @throws {RefreshPostponedError} `storage-unavailable`
 */
export async function respectSpent<User>(
  context: ClientContext<User>,
  sessionId: string,
): Promise<void> {
  const { environment, names, spentSessions } = context
  const isMarked = environment.page.readMarker(names.shared) === `~${sessionId}`
  const isToBeAsked = environment.locks.available || isMarked || spentSessions.has(sessionId)
  if (isToBeAsked && (await isOwnerAlive(context, spentId(sessionId), true)))
    throw new RefreshPostponedError(
      'storage-unavailable',
      'Another tab holds newer tokens that it cannot store yet.',
    )
}

/** What the proof of life of such a page is named after, for want of an intent. */
function spentId(sessionId: string): string {
  return `~${sessionId}`
}

/** Whether the store takes a write: a full disk is read well, but nobody can claim there. Tried on the metadata, which is kept as it is. */
export function canWrite<User>({ environment, names }: ClientContext<User>): Promise<boolean> {
  return environment.store
    .update(names.metadata, (value = 0) => ({ put: value, result: true }))
    .catch(() => false)
}

/** Proof of life of a page whose refresh is in no journal: later pages know it by the marker. */
async function ownSpent<User>(
  { environment: { locks }, names, ownIntents }: ClientContext<User>,
  sessionId: string,
): Promise<() => void> {
  const id = spentId(sessionId)
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
      return turn.release()
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

/**
 * Whether a page that cannot write lives and has used this refresh token, or any page that hears us knows better.
 *
 * @param meanwhile - Objections are heard as long as this takes, too.
 */
async function isObjectedTo<User>(
  context: ClientContext<User>,
  session: string,
  generation: number,
  meanwhile: Promise<unknown>,
): Promise<boolean> {
  const { environment, names, ownIntents } = context
  const { locks, clock } = environment
  // a frozen tab cannot object, but holds the lock of its intent, or of what it has spent
  const prefix = ownerLockName(names, '')
  const owners = locks.available ? await locks.heldNames(prefix) : []
  if (owners.some((name) => !ownIntents.has(name.slice(prefix.length)))) return true
  let isObjected = false
  const stop = context.hear((message) => {
    const isObjection = message.type === 'objection' && message.session === session
    if (isObjection || message.type === 'unreadable') isObjected = true
  })
  context.tell({ type: 'roll-call', session, generation })
  await Promise.all([wait(clock, rollCallMs), meanwhile])
  stop()
  return isObjected
}
