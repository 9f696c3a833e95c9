/** The queue, the proof of life and the claim (PROTOCOL rules 12–14, 25). The queue's lock alone decides nothing. */
import { RefreshPostponedError, StorageError } from '../errors.js'
import { ownerLockName } from '../session/owner-lock.js'
import type { ClaimResult } from '../session/refresh-decisions.js'
import type { ClientContext } from './client-context.js'
import { enterQueue, type RefreshQueue } from './refresh-queue.js'
import { answersPing, isOwnerAlive } from './proof-of-life.js'
import type { RefreshAttempt } from './refresh-attempt.js'

/** The store failed, also when it was tried again: what was written may still land. */
export interface StoreFailed {
  readonly kind: 'store-failed'
  readonly error: StorageError
}

export interface Turn {
  readonly result: ClaimResult | StoreFailed
  /** Id of the intent that was written, if the claim was granted. */
  readonly intentId: string
  /** Whether the queue is this page's within the limit. */
  hasQueue(limitMs: number): Promise<boolean>
  /** Lets the next one into the queue; the intent goes on being owned. */
  leaveQueue(): void
  /** Gives up the proof of life, then the queue; resolves when they are free. Safe to call twice. */
  release(): Promise<void>
  /** Keeps the proof of life beyond `release`; returns what gives it up. */
  keepOwning(): () => void
}

const tickMs = 1000
/** A tick this late was slept through: it proves nothing. */
const awakeTickMs = 3000
const idleQueueMs = 2000
const silentOwnerMs = 45_000

/**
 * Waits until this page may send, or until there is no need to.
 *
 * @param look - Reads the record without writing.
 * @param claim - The claiming transaction.
 * @throws {RefreshPostponedError} `another-tab-blocked`: the owner of a refresh is alive and does not move.
 */
export async function waitForTurn<User>(
  context: ClientContext<User>,
  attempt: RefreshAttempt,
  look: () => Promise<ClaimResult>,
  claim: (intentId: string, deadIntent: string | undefined) => Promise<ClaimResult>,
): Promise<Turn> {
  const queue = enterQueue(context, () => attempt.moves++)
  const proof = createProof(context)
  const turn = (result: Turn['result']): Turn => ({
    result,
    intentId: proof.intentId,
    hasQueue: queue.isGrantedWithin,
    leaveQueue: queue.leave,
    async release() {
      proof.release()
      queue.leave()
      // a lock is free some microtasks after its promise has settled: what the app does then may take long
      for (let hops = 0; hops < 5; hops++) await Promise.resolve()
    },
    keepOwning: proof.keep,
  })

  /** Takes the proof of life first, then claims. */
  async function tryClaim(deadIntent: string | undefined): Promise<ClaimResult> {
    await proof.take()
    // the page may have gone to sleep meanwhile: a claim would be left behind
    if (queue.isAsleep()) return look()
    return claim(proof.intentId, deadIntent)
  }

  try {
    let idleMs = 0
    let owner: { id: string; aliveMs: number; wasSuspect: boolean } | undefined
    let dead: string | undefined
    for (;;) {
      await queue.untilAwake()
      const mayClaim =
        dead !== undefined || (!owner && (queue.isGranted() || idleMs >= idleQueueMs))
      const result = mayClaim ? await tryClaim(dead) : await look()
      dead = undefined
      if (result.kind === 'claimed') {
        if (result.record.intent?.id === proof.intentId) {
          attempt.onClaim?.()
          // what is sent by a page that is falling asleep is cut off
          await queue.untilAwake()
          return turn(result)
        }
        owner = undefined
        if (!queue.isGranted()) idleMs += await awakeTick(context, queue)
        continue
      }
      proof.release()
      if (result.kind !== 'intent') return turn(result)
      idleMs = 0
      if (owner?.id !== result.id) {
        if (owner) attempt.moves++
        owner = { id: result.id, aliveMs: 0, wasSuspect: false }
      }
      if (await isOwnerAlive(context, owner.id, owner.aliveMs >= silentOwnerMs)) {
        owner.wasSuspect = false
        const isMute = owner.aliveMs >= silentOwnerMs && !(await answersPing(context, owner.id))
        if (isMute && result.rotates !== false)
          throw new RefreshPostponedError(
            'another-tab-blocked',
            'Another tab sent a refresh and is frozen or blocked before its answer was stored.',
          )
        if (isMute) dead = owner.id
      } else if (queue.isGranted() || owner.wasSuspect) dead = owner.id
      // without the queue one look proves nothing: the owner may be about to take its lock
      else owner.wasSuspect = true
      if (dead === undefined) owner.aliveMs += await awakeTick(context, queue)
    }
  } catch (error) {
    // the proof stays: an intent that lands late must not look like that of a dead tab
    if (error instanceof StorageError) return turn({ kind: 'store-failed', error })
    proof.release()
    queue.leave()
    throw error
  }
}

/** The lock that proves that this page lives, named after the intent it may write. */
function createProof<User>({ environment, names, ownIntents }: ClientContext<User>) {
  const { locks } = environment
  const intentId = environment.randomId()
  let unlock: (() => void) | undefined
  let isKept = false
  const giveUp = () => {
    ownIntents.delete(intentId)
    unlock?.()
    unlock = undefined
  }
  return {
    intentId,
    async take(): Promise<void> {
      ownIntents.add(intentId)
      if (locks.available) unlock ??= await locks.hold(ownerLockName(names, intentId))
    },
    release(): void {
      if (!isKept) giveUp()
    },
    keep(): () => void {
      isKept = true
      return giveUp
    },
  }
}

/** Waits for the next move, at most a second. Returns the time it took, 0 if the page slept through it. */
async function awakeTick<User>(
  { environment: { clock } }: ClientContext<User>,
  queue: RefreshQueue,
): Promise<number> {
  const before = clock.monotonic()
  await queue.nextMove(tickMs)
  const waited = clock.monotonic() - before
  return waited < awakeTickMs ? waited : 0
}
