import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { PageMoment } from '../environment.js'
import { wait } from '../long-timer.js'
import { createFakeBrowser, type FakeTab } from './fake-browser.js'
import { createFakeClock, settled } from './fake-clock.js'
import { randomSchedule, seededRandom } from './random-schedule.js'

const { signal } = new AbortController()

/** Notes what a promise of a tab comes to, if it comes to anything. */
function watch(promise: Promise<unknown>) {
  const seen: unknown[] = []
  promise.then(
    (value) => seen.push(value),
    (error: unknown) => seen.push(error),
  )
  return seen
}

function increment(tab: FakeTab): Promise<number> {
  return tab.environment.store.update('n', (stored) => {
    const put = ((stored as number | undefined) ?? 0) + 1
    return { put, result: put }
  })
}

function momentsOf(tab: FakeTab): PageMoment[] {
  const moments: PageMoment[] = []
  tab.environment.page.onMoment((moment) => moments.push(moment))
  return moments
}

it('shares store, locks, channel and localStorage between tabs, and nothing else', async () => {
  const browser = createFakeBrowser()
  const [one, two] = [browser.openTab(), browser.openTab({ url: 'https://app.test/other' })]
  await increment(one)
  expect(await two.environment.store.read('n')).toBe(1)
  const release = await one.environment.locks.hold('a')
  expect(await two.environment.locks.isHeld('a')).toBe(true)
  expect(browser.locks.held()).toEqual([{ name: 'a', tab: one.id }])
  release()
  one.environment.page.writeMarker('k', 'v')
  one.environment.page.writeTabNote('k', 'v')
  expect([two.environment.page.readMarker('k'), two.environment.page.readTabNote('k')]).toEqual([
    'v',
    null,
  ])
  expect(one.environment.page.url()).toBe('https://app.test/')
  expect(one.environment.randomId()).not.toBe(two.environment.randomId())
})

it('delivers messages later, in order, to all channels but the sender', async () => {
  const browser = createFakeBrowser()
  const tabs = [browser.openTab(), browser.openTab(), browser.openTab()]
  const heard = tabs.map((tab) => {
    const messages: unknown[] = []
    const channel = tab.environment.openChannel('c')
    channel.open((message) => messages.push(message))
    return { channel, messages }
  })
  heard[0]!.channel.post({ n: 1 })
  heard[0]!.channel.post({ n: 2 })
  expect(heard[1]!.messages).toEqual([])
  heard[2]!.channel.close()
  await settled()
  expect(heard.map(({ messages }) => messages)).toEqual([[], [{ n: 1 }, { n: 2 }], []])
  browser.channels.garble(1)
  heard[0]!.channel.post({ n: 3 })
  await settled()
  expect(heard[1]!.messages[2]).toBeUndefined()
  expect(heard[1]!.messages).toHaveLength(3)
})

it('frees the locks of a tab that closes, and drops its requests', async () => {
  const browser = createFakeBrowser()
  const [one, two, three] = [browser.openTab(), browser.openTab(), browser.openTab()]
  await one.environment.locks.hold('a')
  const second = watch(two.environment.locks.request('a', signal, async () => 'second'))
  const third = watch(three.environment.locks.request('a', signal, async () => 'third'))
  await settled()
  two.close()
  one.crash()
  await settled()
  expect([second, third]).toEqual([[], ['third']])
  expect(browser.locks.held()).toEqual([])
})

it('lets nothing reach the code of a closed tab, nor that code have an effect', async () => {
  const browser = createFakeBrowser()
  const sent: unknown[] = []
  const tab = browser.openTab({
    fetch: async (input) => {
      sent.push(input)
      return new Response()
    },
  })
  const other = browser.openTab()
  const { environment } = tab
  const seen: unknown[] = []
  environment.openChannel('c').open((message) => seen.push(message))
  environment.clock.setTimer(() => seen.push('timer'), 10)
  const promises = [
    increment(tab),
    environment.store.read('n'),
    environment.locks.hold('a'),
    environment.locks.isHeld('a'),
    environment.fetch('https://as.test/token'),
    wait(environment.clock, 5),
  ].map(watch)
  tab.crash()
  const late = [
    increment(tab),
    environment.locks.hold('b'),
    environment.fetch('https://as.test/late'),
    wait(environment.clock, 5),
  ].map(watch)
  const channel = environment.openChannel('c')
  channel.open(() => seen.push('late'))
  channel.post('late')
  const sibling = other.environment.openChannel('c')
  sibling.open((message) => seen.push(message))
  sibling.post('hello')
  await browser.clock.advance(10_000)
  expect([...promises, ...late].flat()).toEqual([])
  expect([seen, sent, browser.locks.held()]).toEqual([[], ['https://as.test/token'], []])
  expect(browser.store.peek('n')).toBeUndefined()
  expect(tab.isOpen).toBe(false)
})

it('stops everything in a frozen tab, keeps its locks, and catches up in order after the thaw', async () => {
  const browser = createFakeBrowser()
  const [tab, other] = [browser.openTab(), browser.openTab()]
  const { environment } = tab
  const moments = momentsOf(tab)
  const seen: unknown[] = []
  const channel = environment.openChannel('c')
  channel.open((message) => seen.push(message))
  await environment.locks.hold('kept')
  const release = await other.environment.locks.hold('wanted')
  void environment.locks.request('wanted', signal, async () => seen.push('granted'))
  void wait(environment.clock, 10).then(() => seen.push('timer'))
  const undo = environment.clock.setTimer(() => seen.push('undone'), 20)
  tab.freeze()
  release()
  await settled()
  const sibling = other.environment.openChannel('c')
  sibling.open(() => {})
  sibling.post('one')
  sibling.post('two')
  await browser.clock.advance(60_000)
  expect([seen, moments]).toEqual([[], ['freeze']])
  // The browser has granted it, although its callback cannot run.
  expect(browser.locks.held().map(({ name }) => name)).toEqual(['kept', 'wanted'])
  undo()
  tab.thaw()
  expect([seen, moments]).toEqual([[], ['freeze', 'resume']])
  await settled()
  expect(seen).toEqual(['granted', 'one', 'two', 'timer'])
})

it('runs no update and hears no answer while frozen; what it has read before is old by then', async () => {
  const browser = createFakeBrowser()
  const [tab, other] = [browser.openTab(), browser.openTab()]
  await increment(other)
  const read = watch(tab.environment.store.read('n'))
  const update = watch(increment(tab))
  tab.freeze()
  await settled()
  await increment(other)
  expect([read, update, browser.store.peek('n')]).toEqual([[], [], 2])
  tab.thaw()
  await settled()
  expect([read, update, browser.store.peek('n')]).toEqual([[1], [3], 3])
})

it('gives a lock back that was granted while frozen, if its wish was taken back meanwhile', async () => {
  const browser = createFakeBrowser()
  const [tab, other] = [browser.openTab(), browser.openTab()]
  const release = await other.environment.locks.hold('a')
  const controller = new AbortController()
  const asked = watch(tab.environment.locks.request('a', controller.signal, async () => 'never'))
  tab.freeze()
  release()
  await settled()
  controller.abort('enough')
  await settled()
  expect(browser.locks.held()).toEqual([{ name: 'a', tab: tab.id }])
  tab.thaw()
  await settled()
  expect([asked, browser.locks.held()]).toEqual([['enough'], []])
})

it('blocks a tab without an event, and tells it afterwards what it has missed', async () => {
  const browser = createFakeBrowser()
  const tab = browser.openTab()
  const moments = momentsOf(tab)
  const waited = watch(wait(tab.environment.clock, 10))
  tab.block()
  await browser.clock.advance(10)
  tab.hide()
  tab.freeze()
  tab.thaw()
  await settled()
  expect([waited, moments]).toEqual([[], []])
  tab.unblock()
  await settled()
  expect([waited, moments]).toEqual([[undefined], ['hidden', 'freeze', 'resume']])
})

it('tells the page of its moments', () => {
  const tab = createFakeBrowser().openTab()
  const moments = momentsOf(tab)
  const { page } = tab.environment
  tab.hide()
  tab.goOffline()
  expect([page.isVisible(), page.isOnline(), page.hasUserGesture()]).toEqual([false, false, false])
  tab.goOnline()
  tab.show()
  tab.setUserGesture(true)
  expect([page.isVisible(), page.isOnline(), page.hasUserGesture()]).toEqual([true, true, true])
  tab.close()
  expect(moments).toEqual(['hidden', 'offline', 'online', 'visible', 'pagehide'])
})

it('keeps a page in the back/forward cache only without locks and channels', async () => {
  const browser = createFakeBrowser()
  const tab = browser.openTab()
  const moments = momentsOf(tab)
  const waited = watch(wait(tab.environment.clock, 10))
  expect(await tab.enterBackForwardCache()).toBe(true)
  await browser.clock.advance(20)
  expect(waited).toEqual([])
  tab.leaveBackForwardCache()
  await settled()
  expect(waited).toEqual([undefined])
  expect(moments).toEqual([
    ...['pagehide', 'hidden', 'freeze'],
    ...['resume', 'pageshow', 'visible'],
  ])
  await tab.environment.locks.hold('a')
  expect([await tab.enterBackForwardCache(), tab.isOpen, browser.locks.held()]).toEqual([
    false,
    false,
    [],
  ])
  const listening = browser.openTab()
  listening.environment.openChannel('c').open(() => {})
  expect(await listening.enterBackForwardCache()).toBe(false)
})

it('navigates within a tab, with its notes', () => {
  const browser = createFakeBrowser()
  const tab = browser.openTab({ url: 'https://app.test/here' })
  const { page } = tab.environment
  page.writeTabNote('k', 'v')
  page.replaceUrl('https://app.test/there')
  page.replaceUrl('https://other.test/')
  page.leaveFor('https://as.test/authorize')
  expect([page.url(), page.baseUrl(), tab.destination, tab.isOpen]).toEqual([
    'https://app.test/there',
    'https://app.test/there',
    'https://as.test/authorize',
    true,
  ])
  const back = tab.navigate('/callback?code=1')
  expect([tab.isOpen, back.environment.page.url()]).toEqual([
    false,
    'https://app.test/callback?code=1',
  ])
  expect(back.environment.page.readTabNote('k')).toBe('v')
})

it('gives a page what it needs at the start, and the rest a step later', async () => {
  const browser = createFakeBrowser()
  const tab = browser.openTab()
  const { start } = tab
  browser.store.put('n', 5)
  expect(await start.read('n')).toBe(5)
  browser.store.fail('reject')
  await expect(start.read('n')).rejects.toThrow(DOMException)
  expect(await start.complete()).toBe(tab.environment)
  const seen: string[] = []
  start.whenIdle(() => seen.push('idle'))
  start.onSleep(() => seen.push('sleep'))
  tab.hide()
  tab.freeze()
  tab.thaw()
  await browser.clock.advance(100)
  tab.close()
  expect(seen).toEqual(['sleep', 'idle', 'sleep'])
})

it('shows the popups and frames a page opens, and lets the user block and close them', () => {
  const tab = createFakeBrowser().openTab({ isFramed: true })
  const popup = tab.start.openPopup()
  popup?.navigate('https://as.test/authorize')
  const remove = tab.environment.windows.openHiddenFrame('https://as.test/silent')
  expect(tab.windows).toMatchObject([
    { kind: 'popup', url: 'https://as.test/authorize', isOpen: true },
    { kind: 'frame', url: 'https://as.test/silent', isOpen: true },
  ])
  tab.windows[0]?.close()
  remove()
  expect([popup?.isClosed(), tab.windows[1]?.isOpen]).toEqual([true, false])
  tab.blockPopups(true)
  expect([tab.start.openPopup(), tab.environment.windows.isFramed()]).toEqual([null, true])
  tab.environment.windows.closeSelf()
  expect(tab.isOpen).toBe(false)
})

it('fails requests of a tab without a network', async () => {
  const tab = createFakeBrowser().openTab({ fetch: async () => new Response('hello') })
  expect(await (await tab.environment.fetch('https://a.test/')).text()).toBe('hello')
  tab.goOffline()
  await expect(tab.environment.fetch('https://a.test/')).rejects.toThrow(TypeError)
})

it('has no Web Locks and no web storage on demand', () => {
  const browser = createFakeBrowser({ hasLocks: false })
  const { locks, page } = browser.openTab().environment
  browser.blockWebStorage(true)
  expect([locks.available, page.writeTabNote('k', 'v'), page.readMarker('k')]).toEqual([
    false,
    false,
    null,
  ])
})

it('spoils the store as told: one failure is made good by the second try, two are not', async () => {
  const browser = createFakeBrowser()
  const { clock, store } = browser
  const [tab, other] = [browser.openTab(), browser.openTab()]
  store.fail('reject')
  expect(await increment(tab)).toBe(1)
  store.fail('reject', 2)
  await expect(increment(tab)).rejects.toMatchObject({ code: 'storage' })
  tab.store.fail('hang', Infinity)
  const began = clock.monotonic()
  await expect(clock.until(increment(tab))).rejects.toMatchObject({ code: 'storage' })
  expect(clock.monotonic() - began).toBe(4000)
  expect(await increment(other)).toBe(2)
  tab.store.heal()
  expect(await increment(tab)).toBe(3)
})

it('lets a write land that nobody waits for any more, at once or late', async () => {
  const browser = createFakeBrowser()
  const { clock, store } = browser
  const tab = browser.openTab()
  store.fail('land-unnoticed')
  store.fail('reject')
  await expect(clock.until(increment(tab))).rejects.toMatchObject({ code: 'storage' })
  expect(store.peek('n')).toBe(1)
  store.fail('land-late')
  store.fail('reject')
  await expect(clock.until(increment(tab))).rejects.toMatchObject({ code: 'storage' })
  expect(store.peek('n')).toBe(1)
  await clock.advance(1000)
  expect(store.peek('n')).toBe(2)
})

it('passes on what decide throws, and what cannot be cloned as a storage error', async () => {
  const browser = createFakeBrowser()
  const { store } = browser.openTab().environment
  const failure = new Error('mine')
  const throwing = store.update('n', () => {
    throw failure
  })
  await expect(throwing).rejects.toBe(failure)
  const unclonable = store.update('n', () => ({ put: () => {}, result: 1 }))
  await expect(unclonable).rejects.toMatchObject({ code: 'storage' })
})

it('shows every write to the test, and lets it write itself', async () => {
  const browser = createFakeBrowser()
  const writes: unknown[] = []
  const undo = browser.store.onWrite((write) => writes.push(write))
  const tab = browser.openTab()
  await increment(tab)
  browser.store.put('n', 7)
  expect(await increment(tab)).toBe(8)
  browser.store.clear()
  undo()
  await tab.environment.store.update('n', (stored) => ({ put: 1, result: stored }))
  expect(writes).toEqual([
    { key: 'n', before: undefined, after: 1, tab: tab.id },
    { key: 'n', before: 1, after: 7, tab: undefined },
    { key: 'n', before: 7, after: 8, tab: tab.id },
    { key: 'n', before: 8, after: undefined, tab: undefined },
  ])
  expect(browser.store.keys()).toEqual(['n'])
})

/** Reads and writes apart, which only the lock makes safe; without it, this shows that the order of steps is really varied. */
async function incrementSlowly(tab: FakeTab, isLocked: boolean): Promise<void> {
  const { store, locks } = tab.environment
  const work = async () => {
    const stored = ((await store.read('n')) as number | undefined) ?? 0
    await store.update('n', () => ({ put: stored + 1, result: undefined }))
  }
  await (isLocked ? locks.request('n', new AbortController().signal, work) : work())
}

it('lets a scheduler of fast-check order its steps', async () => {
  const countAfter = async (s: fc.Scheduler, isLocked: boolean) => {
    const browser = createFakeBrowser({
      schedule: (step, label) => void s.schedule(Promise.resolve(), label).then(step),
    })
    const tabs = Array.from({ length: 4 }, () => browser.openTab())
    const all = Promise.all(tabs.map((tab) => incrementSlowly(tab, isLocked)))
    await s.waitFor(all)
    return browser.store.peek('n')
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
