import { expect, it } from 'vitest'
import { browserClock, type ClockScope } from './browser-clock.js'

it('reads both clocks and sets one timer, with its undo', async () => {
  const clock = browserClock(globalThis)
  const [wall, elapsed] = [clock.now(), clock.monotonic()]
  const undo = clock.setTimer(() => expect.unreachable(), 0)
  undo()
  await new Promise<void>((resolve) => clock.setTimer(resolve, 1))
  expect(clock.now()).toBeGreaterThanOrEqual(wall)
  expect(clock.monotonic()).toBeGreaterThan(elapsed)
})

it('looks its globals up when it is used, not before', () => {
  const scope = {} as { -readonly [Name in keyof ClockScope]: ClockScope[Name] }
  const clock = browserClock(scope)
  scope.Date = class extends Date {
    static override now = () => 42
  } as DateConstructor
  expect(clock.now()).toBe(42)
})
