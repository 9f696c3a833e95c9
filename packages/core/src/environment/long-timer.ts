/** Timers that survive months, sleep and clock jumps: none is longer than an hour. */
import type { Clock } from './environment.js'

// Far below the 2^31 ms at which setTimeout overflows and fires at once; and how late a clock jump is noticed.
const longestMs = 3_600_000

/**
 * Calls back once when the wall clock has reached a moment: never before it, and at most an hour late if the clock was set forward
 * meanwhile. A clock set back is waited for. Never calls back synchronously.
 *
 * @param atEpochMs The moment, epoch ms. One that has passed (or `NaN`) calls back at once.
 * @returns The undo.
 */
export function setAlarm(clock: Clock, atEpochMs: number, callback: () => void): () => void {
  const leftMs = () => atEpochMs - clock.now()
  const arm = () => clock.setTimer(check, Math.max(0, Math.min(leftMs(), longestMs)) || 0)
  const check = () => {
    if (leftMs() > 0) undo = arm()
    else callback()
  }
  let undo = arm()
  return () => undo()
}

/**
 * Resolves after a while, whatever the wall clock does.
 *
 * @throws The signal's reason, if it fires before.
 */
export function wait(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    let undo: () => void
    const arm = (leftMs: number) => {
      undo = clock.setTimer(
        () => (leftMs > longestMs ? arm(leftMs - longestMs) : finish(resolve)),
        Math.min(leftMs, longestMs),
      )
    }
    const abort = () => {
      undo()
      finish(() => reject(signal?.reason))
    }
    const finish = (settle: () => void) => {
      signal?.removeEventListener('abort', abort)
      settle()
    }
    signal?.addEventListener('abort', abort)
    arm(delayMs)
  })
}
