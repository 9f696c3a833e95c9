import { expect, it } from 'vitest'
import type { PageMoment } from '../environment.js'
import { wait } from '../long-timer.js'
import { createFakeBrowser, type FakeTab } from './fake-browser.js'
import { settled } from './fake-clock.js'
import { increment } from './increment.js'
import { watch } from './watch.js'

const { signal } = new AbortController()

function momentsOf(tab: FakeTab): PageMoment[] {
  const moments: PageMoment[] = []
  tab.environment.page.onMoment((moment) => moments.push(moment))
  return moments
}

it('shares store, locks, channel and localStorage between tabs, and nothing else', async () => {
  const browser = createFakeBrowser()
  const [one, two] = [browser.openTab(), browser.openTab({ url: 'https://app.test/other' })]
  await increment(one.environment.store)
  expect(await two.environment.store.read('count')).toBe(1)
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
    increment(tab.environment.store),
    environment.store.read('count'),
    environment.locks.hold('a'),
    environment.locks.isHeld('a'),
    environment.fetch('https://as.test/token'),
    wait(environment.clock, 5),
  ].map(watch)
  tab.crash()
  const late = [
    increment(tab.environment.store),
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
  expect(browser.store.peek('count')).toBeUndefined()
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
  await increment(other.environment.store)
  const read = watch(tab.environment.store.read('count'))
  const update = watch(increment(tab.environment.store))
  tab.freeze()
  await settled()
  await increment(other.environment.store)
  expect([read, update, browser.store.peek('count')]).toEqual([[], [], 2])
  tab.thaw()
  await settled()
  expect([read, update, browser.store.peek('count')]).toEqual([[1], [3], 3])
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
  browser.store.put('count', 5)
  expect(await start.read('count')).toBe(5)
  browser.store.fail('reject')
  await expect(start.read('count')).rejects.toThrow(DOMException)
  expect(await start.complete()).toBe(tab.environment)
  const seen: string[] = []
  start.onSleep(() => seen.push('sleep'))
  tab.hide()
  tab.freeze()
  tab.thaw()
  await browser.clock.advance(100)
  tab.close()
  expect(seen).toEqual(['sleep', 'sleep'])
})

it('shows the popups and frames a page opens, and lets the user block and close them', () => {
  const tab = createFakeBrowser().openTab({ isFramed: true })
  const popup = tab.start.openPopup()
  popup?.location.replace('https://as.test/authorize')
  const remove = tab.environment.windows.openHiddenFrame('https://as.test/silent')
  expect(tab.windows).toMatchObject([
    { kind: 'popup', url: 'https://as.test/authorize', isOpen: true },
    { kind: 'frame', url: 'https://as.test/silent', isOpen: true },
  ])
  expect([popup?.closed, popup?.location.href]).toEqual([false, 'about:blank'])
  tab.windows[0]?.arrive()
  expect(() => popup?.location.href).toThrow('another origin')
  tab.windows[0]?.arrive(true)
  popup?.close()
  expect([popup?.closed, tab.windows[0]?.isOpen]).toEqual([true, true])
  expect(tab.environment.windows.hasFocus()).toBe(false)
  tab.windows[0]?.close()
  remove()
  expect([popup?.closed, tab.windows[1]?.isOpen]).toEqual([true, false])
  expect(tab.environment.windows.hasFocus()).toBe(true)
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
