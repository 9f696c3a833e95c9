import type { Clock } from '../environment.js'

// Kept from before any test replaces it.
const { setImmediate } = globalThis

/** A clock that a test moves by hand. Time stands still between two calls, whatever awaits. */
export interface FakeClock extends Clock {
  /** Lets time pass: runs what falls due, in order of its time, with all microtasks in between. */
  advance(byMs: number): Promise<void>
  /**
   * Lets time pass from timer to timer until the promise settles, and gives what it settles with.
   *
   * @throws If it has not settled after `limitMs` (default a minute), or nothing is left to wait for.
   */
  until<Result>(promise: Promise<Result>, limitMs?: number): Promise<Result>
  /** Sets the wall clock forward or (negative) back, as a user, a time server or a lid closed overnight does. No timer notices. */
  jumpWallClock(byMs: number): void
  /** How many timers are set. */
  readonly timers: number
  /** Until the earliest timer, ms; `undefined` = none is set. */
  readonly nextTimerInMs: number | undefined
}

/** Default start: a moment in 2026. */
export function createFakeClock(startEpochMs = Date.UTC(2026, 4, 4, 8)): FakeClock {
  let elapsedMs = 0
  let wallOffsetMs = startEpochMs
  const timers = new Set<Timer>()

  /** The earliest timer; of equals, the one set first. */
  const next = () =>
    [...timers].reduce<Timer | undefined>(
      (first, timer) => (first && first.dueMs <= timer.dueMs ? first : timer),
      undefined,
    )

  async function runTimersUntil(endMs: number): Promise<void> {
    await settled()
    for (let timer = next(); timer && timer.dueMs <= endMs; timer = next()) {
      timers.delete(timer)
      elapsedMs = Math.max(elapsedMs, timer.dueMs)
      timer.callback()
      await settled()
    }
    elapsedMs = endMs
  }

  return {
    now: () => wallOffsetMs + elapsedMs,
    monotonic: () => elapsedMs,
    setTimer(callback, delayMs) {
      // As setTimeout: what is not a number is 0, and what is too long for 32 bits comes at once.
      const delay = delayMs > 0 && delayMs < 2 ** 31 ? delayMs : 0
      const timer: Timer = { dueMs: elapsedMs + delay, callback }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance: (byMs) => runTimersUntil(elapsedMs + byMs),
    async until(promise, limitMs = 60_000) {
      const endMs = elapsedMs + limitMs
      let pending = true
      const stop = () => {
        pending = false
      }
      promise.then(stop, stop)
      await settled()
      while (pending) {
        const timer = next()
        if (!timer || timer.dueMs > endMs)
          throw new Error(`Not settled after ${limitMs} ms; ${timers.size} timers are set.`)
        await runTimersUntil(Math.max(elapsedMs, timer.dueMs))
      }
      return promise
    },
    jumpWallClock(byMs) {
      wallOffsetMs += byMs
    },
    get timers() {
      return timers.size
    },
    get nextTimerInMs() {
      const timer = next()
      return timer && Math.max(0, timer.dueMs - elapsedMs)
    },
  }
}

interface Timer {
  readonly dueMs: number
  readonly callback: () => void
}

/** Every microtask, and every one that those start, has run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
