import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createFakeBrowser, type FakeTab } from './fake-browser.js'
import { createFakeClock } from './fake-clock.js'
import { randomSchedule, seededRandom } from './random-schedule.js'

/** Reads and writes apart, which only the lock makes safe; without it, this shows that the order of steps is really varied. */
async function incrementSlowly(tab: FakeTab, isLocked: boolean): Promise<void> {
  const { store, locks } = tab.environment
  const work = async () => {
    const stored = ((await store.read('count')) as number | undefined) ?? 0
    await store.update('count', () => ({ put: stored + 1, result: undefined }))
  }
  await (isLocked ? locks.request('count', new AbortController().signal, work) : work())
}

it('lets a scheduler of fast-check order its steps', async () => {
  const countAfter = async (s: fc.Scheduler, isLocked: boolean) => {
    const browser = createFakeBrowser({
      schedule: (step, label) => void s.schedule(Promise.resolve(), label).then(step),
    })
    const tabs = Array.from({ length: 4 }, () => browser.openTab())
    const all = Promise.all(tabs.map((tab) => incrementSlowly(tab, isLocked)))
    await s.waitFor(all)
    return browser.store.peek('count')
  }
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (s) => {
      expect(await countAfter(s, true)).toBe(4)
    }),
  )
  const counts = new Set<unknown>()
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (s) => {
      counts.add(await countAfter(s, false))
    }),
  )
  expect(counts.size).toBeGreaterThan(1)
})

it('gives the same run for the same seed, and other runs for other seeds', async () => {
  const run = async (seed: number) => {
    const clock = createFakeClock()
    const schedule = randomSchedule(clock, seededRandom(seed), 50)
    const browser = createFakeBrowser({ clock, schedule })
    const seen: unknown[] = []
    browser.store.onWrite(({ after, tab }) => seen.push([clock.monotonic(), tab, after]))
    const tabs = Array.from({ length: 4 }, () => browser.openTab())
    await clock.until(Promise.all(tabs.map((tab) => incrementSlowly(tab, seed % 2 === 0))))
    return JSON.stringify(seen)
  }
  const seeds = Array.from({ length: 20 }, (_, index) => index)
  const runs = await Promise.all(seeds.map(run))
  expect(await Promise.all(seeds.map(run))).toEqual(runs)
  expect(new Set(runs).size).toBe(20)
})
