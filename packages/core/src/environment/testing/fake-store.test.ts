import { expect, it } from 'vitest'
import { createFakeBrowser } from './fake-browser.js'
import { increment } from './increment.js'

it('spoils the store as told: one failure is made good by the second try, two are not', async () => {
  const browser = createFakeBrowser()
  const { clock, store } = browser
  const [tab, other] = [browser.openTab(), browser.openTab()]
  store.fail('reject')
  expect(await increment(tab.environment.store)).toBe(1)
  store.fail('reject', 2)
  await expect(increment(tab.environment.store)).rejects.toMatchObject({ code: 'storage' })
  tab.store.fail('hang', Infinity)
  const began = clock.monotonic()
  await expect(clock.until(increment(tab.environment.store))).rejects.toMatchObject({
    code: 'storage',
  })
  expect(clock.monotonic() - began).toBe(4000)
  expect(await increment(other.environment.store)).toBe(2)
  tab.store.heal()
  expect(await increment(tab.environment.store)).toBe(3)
})

it('lets a write land that nobody waits for any more, at once or late', async () => {
  const browser = createFakeBrowser()
  const { clock, store } = browser
  const tab = browser.openTab()
  store.fail('land-unnoticed')
  store.fail('reject')
  await expect(clock.until(increment(tab.environment.store))).rejects.toMatchObject({
    code: 'storage',
  })
  expect(store.peek('count')).toBe(1)
  store.fail('land-late')
  store.fail('reject')
  await expect(clock.until(increment(tab.environment.store))).rejects.toMatchObject({
    code: 'storage',
  })
  expect(store.peek('count')).toBe(1)
  await clock.advance(1000)
  expect(store.peek('count')).toBe(2)
})

it('passes on what decide throws, and what cannot be cloned as a storage error', async () => {
  const browser = createFakeBrowser()
  const { store } = browser.openTab().environment
  const failure = new Error('mine')
  const throwing = store.update('count', () => {
    throw failure
  })
  await expect(throwing).rejects.toBe(failure)
  const unclonable = store.update('count', () => ({ put: () => {}, result: 1 }))
  await expect(unclonable).rejects.toMatchObject({ code: 'storage' })
})

it('shows every write to the test, and lets it write itself', async () => {
  const browser = createFakeBrowser()
  const writes: unknown[] = []
  const undo = browser.store.onWrite((write) => writes.push(write))
  const tab = browser.openTab()
  await increment(tab.environment.store)
  browser.store.put('count', 7)
  expect(await increment(tab.environment.store)).toBe(8)
  browser.store.clear()
  undo()
  await tab.environment.store.update('count', (stored) => ({ put: 1, result: stored }))
  expect(writes).toEqual([
    { key: 'count', before: undefined, after: 1, tab: tab.id },
    { key: 'count', before: 1, after: 7, tab: undefined },
    { key: 'count', before: 7, after: 8, tab: tab.id },
    { key: 'count', before: 8, after: undefined, tab: undefined },
  ])
  expect(browser.store.keys()).toEqual(['count'])
})
