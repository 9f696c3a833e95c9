import { expect, it } from 'vitest'
import { createFakeClock } from './fake-clock.js'

it('runs timers in order of their time, each with its microtasks before the next', async () => {
  const clock = createFakeClock()
  const seen: string[] = []
  clock.setTimer(() => seen.push(`c ${clock.monotonic()}`), 30)
  clock.setTimer(async () => {
    seen.push(`a ${clock.monotonic()}`)
    await Promise.resolve()
    await Promise.resolve()
    seen.push('a goes on')
    clock.setTimer(() => seen.push(`b ${clock.monotonic()}`), 5)
  }, 10)
  clock.setTimer(() => seen.push(`c again ${clock.monotonic()}`), 30)
  await clock.advance(29)
  expect(seen).toEqual(['a 10', 'a goes on', 'b 15'])
  expect(clock.timers).toBe(2)
  await clock.advance(1)
  expect(seen.slice(3)).toEqual(['c 30', 'c again 30'])
})

it('does not run a timer that was undone', async () => {
  const clock = createFakeClock()
  const undo = clock.setTimer(() => expect.unreachable(), 10)
  undo()
  await clock.advance(100)
  expect(clock.timers).toBe(0)
})

it('moves the wall clock without the timers, and both together', async () => {
  const clock = createFakeClock(1000)
  clock.setTimer(() => expect.unreachable(), 10)
  clock.jumpWallClock(5000)
  clock.jumpWallClock(-7000)
  await clock.advance(9)
  expect([clock.now(), clock.monotonic()]).toEqual([-991, 9])
})

it('fires a timer too long for 32 bits at once, as browsers do', async () => {
  const clock = createFakeClock()
  const fired = new Promise<void>((resolve) => clock.setTimer(resolve, 2 ** 31))
  await expect(clock.until(fired, 0)).resolves.toBeUndefined()
})

it('lets time pass until a promise settles, and no longer', async () => {
  const clock = createFakeClock()
  clock.setTimer(() => expect.unreachable(), 501)
  const answer = new Promise((resolve) => clock.setTimer(() => resolve('yes'), 500))
  expect(await clock.until(answer)).toBe('yes')
  expect(clock.monotonic()).toBe(500)
  await expect(clock.until(Promise.reject(new Error('no')))).rejects.toThrow('no')
})

it('says so when a promise does not settle', async () => {
  const clock = createFakeClock()
  const never = new Promise(() => {})
  await expect(clock.until(never)).rejects.toThrow('0 timers')
  clock.setTimer(() => {}, 2000)
  await expect(clock.until(never, 1000)).rejects.toThrow('Not settled after 1000 ms')
})
