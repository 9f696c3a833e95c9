/** Timers that survive months, sleep and clock jumps: none is longer than an hour. */
import type { Clock } from './environment.js'

// How late a clock jump may be noticed.
const longestMs = 3_600_000

/**
 * Calls back once when the wall clock has reached a moment: never before it, and at most an hour late if the clock was set forward
 * meanwhile. A clock set back is waited for. Never calls back synchronously.
 *
 * @param atEpochMs The moment, epoch ms. One that has passed (or `NaN`) calls back at once.
 * @returns The undo.
 */
export function setAlarm(clock: Clock, atEpochMs: number, callback: () => void): () => void {
  const check = () => {
    if (atEpochMs > clock.now()) undo = arm()
    else callback()
  }
  const arm = () => clock.setTimer(check, bounded(atEpochMs - clock.now()))
  let undo = arm()
  return () => undo()
}

/**
 * Resolves after a while (at most an hour), whatever the wall clock does.
 *
 * @throws The signal's reason, if it fires before.
 */
export function wait(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const abort = () => {
      undo()
      reject(signal?.reason)
    }
    const undo = clock.setTimer(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, bounded(delayMs))
    signal?.addEventListener('abort', abort)
  })
}

/** setTimeout counts modulo 2^32: what is too long, or far below zero, would fire at any time. */
function bounded(delayMs: number): number {
  return Math.max(0, Math.min(delayMs, longestMs))
}
