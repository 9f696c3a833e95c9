/** The queue, the proof of life and the claim (PROTOCOL rules 12–14, 25). The queue's lock alone decides nothing. */
import { RefreshPostponedError } from '../errors.js'
import { ownerLockName } from '../session/owner-lock.js'
import type { ClaimResult } from '../session/refresh-decisions.js'
import type { ClientContext } from './client-context.js'
import type { RefreshAttempt } from './refresh-attempt.js'

export interface Turn {
  readonly result: ClaimResult
  /** Id of the intent that was written, if the claim was granted. */
  readonly intentId: string
  /** Lets the next one into the queue; the intent goes on being owned. */
  leaveQueue(): void
  /** Gives up the proof of life, then the queue. Safe to call twice. */
  release(): void
  /** Keeps the proof of life beyond `release`; returns what gives it up. */
  keepOwning(): () => void
}

const tickMs = 1000
/** A tick this late was slept through: it proves nothing. */
const awakeTickMs = 3000
const idleQueueMs = 2000
const silentOwnerMs = 45_000
const pongMs = 2000

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
  const { environment, ownIntents, names } = context
  const { locks } = environment
  const queue = enterQueue(context)
  let releaseOwner: (() => void) | undefined
  let isKept = false
  const intentId = environment.randomId()
  const turn = (result: ClaimResult): Turn => ({
    result,
    intentId,
    leaveQueue: queue.leave,
    release() {
      if (!isKept) releaseOwner?.()
      queue.leave()
    },
    keepOwning() {
      isKept = true
      return () => releaseOwner?.()
    },
  })

  /** Takes the proof of life first, then claims. */
  async function tryClaim(deadIntent: string | undefined): Promise<ClaimResult> {
    const release = locks.available ? await locks.hold(ownerLockName(names, intentId)) : () => {}
    ownIntents.add(intentId)
    releaseOwner = () => {
      ownIntents.delete(intentId)
      release()
    }
    let result: ClaimResult | undefined
    try {
      return (result = await claim(intentId, deadIntent))
    } finally {
      if (result?.kind !== 'claimed') releaseOwner()
    }
  }

  try {
    let idleMs = 0
    let owner: { id: string; aliveMs: number; wasSuspect: boolean } | undefined
    let dead: string | undefined
    for (;;) {
      await queue.awake()
      const mayClaim =
        dead !== undefined || (!owner && (queue.isGranted() || idleMs >= idleQueueMs))
      const result = mayClaim ? await tryClaim(dead) : await look()
      dead = undefined
      if (result.kind === 'claimed') {
        if (mayClaim) {
          attempt.onClaim?.()
          return turn(result)
        }
        owner = undefined
        if (!queue.isGranted()) idleMs += await awakeTick(context, queue)
      } else if (result.kind === 'intent') {
        idleMs = 0
        if (owner?.id !== result.id) {
          attempt.moves++
          owner = { id: result.id, aliveMs: 0, wasSuspect: false }
        }
        if (await isOwnerAlive(context, owner.id, owner.aliveMs)) {
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
      } else return turn(result)
    }
  } catch (error) {
    releaseOwner?.()
    queue.leave()
    throw error
  }
}

/** Waits for the next move, at most a second. Returns the time it took, 0 if the page slept through it. */
async function awakeTick<User>(
  { environment: { clock } }: ClientContext<User>,
  queue: ReturnType<typeof enterQueue>,
): Promise<number> {
  const before = clock.monotonic()
  await queue.nextMove(tickMs)
  const waited = clock.monotonic() - before
  return waited < awakeTickMs ? waited : 0
}

/** Whether the tab that wrote this intent lives: it holds a lock of that name, or answers where there are no locks. */
async function isOwnerAlive<User>(
  context: ClientContext<User>,
  intent: string,
  silentMs: number,
): Promise<boolean> {
  const { locks } = context.environment
  if (context.ownIntents.has(intent)) return true
  if (locks.available) return locks.isHeld(ownerLockName(context.names, intent)).catch(() => true)
  return silentMs < silentOwnerMs || answersPing(context, intent)
}

function answersPing<User>(context: ClientContext<User>, intent: string): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isAlive: boolean) => {
      stop()
      cancel()
      resolve(isAlive)
    }
    const stop = context.hear((message) => {
      if (message.type === 'pong' && message.intent === intent) settle(true)
    })
    const cancel = context.environment.clock.setTimer(() => settle(false), pongMs)
    context.tell({ type: 'ping', intent })
  })
}

/** The Web Lock all tabs queue for. Frozen pages leave it: nothing may start in or after `freeze` (rule 4). */
function enterQueue<User>(context: ClientContext<User>) {
  const { locks, page, clock } = context.environment
  let isGranted = !locks.available
  let isOver = false
  let isAsleep = false
  let request = new AbortController()
  let unlock = () => {}
  let wake = () => {}

  function ask(): void {
    if (!locks.available || isOver) return
    request = new AbortController()
    locks
      .request(context.names.shared, request.signal, () => {
        // the attempt was over before the lock came
        if (isOver || isAsleep) return Promise.resolve()
        isGranted = true
        wake()
        return new Promise<void>((resolve) => (unlock = resolve))
      })
      .catch(() => {})
  }

  const stops = [
    page.onMoment((moment) => {
      if (moment === 'freeze' || moment === 'pagehide') {
        isAsleep = true
        if (!isGranted) request.abort()
      } else if ((moment === 'resume' || moment === 'pageshow') && isAsleep) {
        isAsleep = false
        if (!isGranted) ask()
        wake()
      }
    }),
    context.hear((message) => {
      if (message.type === 'changed') wake()
    }),
  ]
  ask()

  return {
    isGranted: () => isGranted,
    async awake(): Promise<void> {
      while (isAsleep) await new Promise<void>((resolve) => (wake = resolve))
      // a free lock is granted in a task or two: looking first would only cost a read
      if (!isGranted) await this.nextMove(firstGrantMs)
    },
    nextMove(limitMs: number): Promise<void> {
      return new Promise((resolve) => {
        const cancel = clock.setTimer(resolve, limitMs)
        wake = () => {
          cancel()
          resolve()
        }
      })
    },
    leave(): void {
      isOver = true
      request.abort()
      unlock()
      for (const stop of stops) stop()
    },
  }
}

const firstGrantMs = 50
