import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Clock } from './environment.js'
import { setAlarm, wait } from './long-timer.js'
import { createFakeClock } from './testing/fake-clock.js'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

it('calls back at the moment, months ahead, with no timer over an hour', async () => {
  const clock = createFakeClock()
  const delays: number[] = []
  const watched: Clock = {
    ...clock,
    setTimer(callback, delayMs) {
      delays.push(delayMs)
      return clock.setTimer(callback, delayMs)
    },
  }
  const atEpochMs = clock.now() + 90 * dayMs + 123
  let calledAt: number | undefined
  setAlarm(watched, atEpochMs, () => (calledAt = clock.now()))
  await clock.advance(90 * dayMs + 122)
  expect(calledAt).toBeUndefined()
  await clock.advance(1)
  expect(calledAt).toBe(atEpochMs)
  expect(Math.max(...delays)).toBe(hourMs)
  expect(clock.timers).toBe(0)
})

it('never calls back synchronously, also for a moment that has passed', async () => {
  const clock = createFakeClock()
  for (const atEpochMs of [clock.now(), clock.now() - 1, 0, -Infinity, NaN]) {
    let calls = 0
    setAlarm(clock, atEpochMs, () => calls++)
    expect(calls).toBe(0)
    await clock.advance(0)
    expect(calls).toBe(1)
  }
})

it('arms a moment long past with 0 ms, because setTimeout counts modulo 2^32', () => {
  const delays: number[] = []
  const clock: Clock = {
    now: () => 1_767_000_000_000,
    monotonic: () => 0,
    setTimer(_callback, delayMs) {
      delays.push(delayMs)
      return () => {}
    },
  }
  setAlarm(clock, 0, () => {})
  setAlarm(clock, Infinity, () => {})
  setAlarm(clock, clock.now() + 2 ** 31 + 5, () => {})
  expect(delays).toEqual([0, hourMs, hourMs])
})

it('waits on when a timer fires early', async () => {
  const clock = createFakeClock()
  const early: Clock = {
    ...clock,
    setTimer: (callback, delayMs) => clock.setTimer(callback, Math.max(1, delayMs - 1)),
  }
  const atEpochMs = clock.now() + 1000
  let calledAt: number | undefined
  setAlarm(early, atEpochMs, () => (calledAt = clock.now()))
  await clock.advance(999)
  expect(calledAt).toBeUndefined()
  await clock.advance(1)
  expect(calledAt).toBe(atEpochMs)
})

it('notices within an hour that the wall clock was set forward', async () => {
  const clock = createFakeClock()
  let calls = 0
  setAlarm(clock, clock.now() + 10 * hourMs, () => calls++)
  await clock.advance(90 * 60_000)
  clock.jumpWallClock(8 * dayMs)
  await clock.advance(30 * 60_000 - 1)
  expect(calls).toBe(0)
  await clock.advance(1)
  expect(calls).toBe(1)
})

it('waits for a wall clock that was set back', async () => {
  const clock = createFakeClock()
  let calls = 0
  setAlarm(clock, clock.now() + 10_000, () => calls++)
  clock.jumpWallClock(-2 * dayMs)
  await clock.advance(2 * dayMs + 9_999)
  expect(calls).toBe(0)
  await clock.advance(1)
  expect(calls).toBe(1)
})

it('can be undone at any time, also after hours and after the call', async () => {
  const clock = createFakeClock()
  const undo = setAlarm(clock, clock.now() + 5 * hourMs, () => expect.unreachable())
  await clock.advance(3.5 * hourMs)
  undo()
  expect(clock.timers).toBe(0)
  await clock.advance(dayMs)
  let calls = 0
  const undoLate = setAlarm(clock, clock.now() + 5, () => calls++)
  await clock.advance(5)
  undoLate()
  expect([calls, clock.timers]).toEqual([1, 0])
})

it('is never early, calls once, and at most an hour after the wall clock has passed, whatever the clock does', async () => {
  const step = fc.record({
    passMs: fc.integer({ min: 0, max: 3 * hourMs }),
    jumpMs: fc.oneof(
      fc.constant(0),
      fc.integer({ min: -3 * dayMs, max: 3 * dayMs }),
      fc.integer({ min: -5000, max: 5000 }),
    ),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: -dayMs, max: 3 * dayMs }),
      fc.array(step, { maxLength: 30 }),
      async (inMs, steps) => {
        const clock = createFakeClock()
        const atEpochMs = clock.now() + inMs
        const calls: number[] = []
        setAlarm(clock, atEpochMs, () => calls.push(clock.now()))
        /** Since when the wall clock has been past the moment without a break, on the clock that is never set back. */
        let passedSince: number | undefined
        for (const { passMs, jumpMs } of steps) {
          const wall = clock.now()
          if (wall < atEpochMs) passedSince = undefined
          if (wall + passMs >= atEpochMs)
            passedSince ??= clock.monotonic() + Math.max(0, atEpochMs - wall)
          await clock.advance(passMs)
          if (passedSince !== undefined && clock.monotonic() >= passedSince + hourMs)
            expect(calls).toHaveLength(1)
          clock.jumpWallClock(jumpMs)
        }
        expect(calls.length).toBeLessThanOrEqual(1)
        for (const calledAt of calls) expect(calledAt).toBeGreaterThanOrEqual(atEpochMs)
        expect(clock.timers).toBe(1 - calls.length)
      },
    ),
    { numRuns: 500 },
  )
})

it('waits a while and leaves nothing behind', async () => {
  const clock = createFakeClock()
  const controller = new AbortController()
  const waited = wait(clock, 2000, controller.signal)
  clock.jumpWallClock(-dayMs)
  await clock.until(waited)
  expect(clock.monotonic()).toBe(2000)
  controller.abort()
  await clock.advance(0)
  expect(clock.timers).toBe(0)
})

it('ends a wait with the reason of its signal', async () => {
  const clock = createFakeClock()
  const controller = new AbortController()
  const waiting = wait(clock, 2000, controller.signal)
  const reason = new Error('enough')
  controller.abort(reason)
  await expect(waiting).rejects.toBe(reason)
  await expect(wait(clock, 2000, controller.signal)).rejects.toBe(reason)
  expect(clock.timers).toBe(0)
})

it('does not gather listeners on a signal that outlives many waits', async () => {
  const clock = createFakeClock()
  const { signal } = new AbortController()
  let listeners = 0
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--
    remove(...args)
  }
  for (let round = 0; round < 20; round++) await clock.until(wait(clock, 10, signal))
  expect(listeners).toBe(0)
})
