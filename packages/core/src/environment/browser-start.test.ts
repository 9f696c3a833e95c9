import { IDBFactory } from 'fake-indexeddb'
import { Window } from 'happy-dom'
import { expect, it, vi } from 'vitest'
import { browserStart, isBrowser } from './browser-start.js'
import { increment } from './testing/increment.js'

type Scope = Parameters<typeof browserStart>[0]

/** A window, with some of its globals replaced. */
function windowWith(properties: Record<string, unknown> = {}) {
  const window = new Window({ url: 'https://app.test/' })
  for (const [name, value] of Object.entries(properties))
    Object.defineProperty(window, name, { value, configurable: true, writable: true })
  return { window, scope: window as unknown as Scope }
}

it('reads from the store that the whole environment writes to', async () => {
  const { scope } = windowWith({ indexedDB: new IDBFactory(), Date, performance })
  const start = browserStart(scope, undefined, undefined)
  expect(await start.read('count')).toBeUndefined()
  const { store } = await start.complete()
  await increment(store)
  expect(await start.read('count')).toBe(1)
  store.close()
})

it('keeps its records in a database and a store of the names that other versions know', async () => {
  const indexedDB = new IDBFactory()
  const { scope } = windowWith({ indexedDB })
  await browserStart(scope, 'indexeddb', undefined).read('count')
  const database = await new Promise<IDBDatabase>((resolve) => {
    const opening = indexedDB.open('latchkey')
    opening.onsuccess = () => resolve(opening.result)
  })
  expect([...database.objectStoreNames]).toEqual(['records'])
  database.close()
})

it('leaves IndexedDB alone in memory mode', async () => {
  const { window, scope } = windowWith()
  Object.defineProperty(window, 'indexedDB', { get: () => expect.unreachable() })
  const start = browserStart(scope, 'memory', undefined)
  expect(await start.read('count')).toBeUndefined()
  const { store } = await start.complete()
  expect(await increment(store)).toBe(1)
})

it('S11: rejects a read, and throws nothing, when looking at indexedDB throws SecurityError', async () => {
  const { window, scope } = windowWith()
  const denied = new DOMException('denied', 'SecurityError')
  Object.defineProperty(window, 'indexedDB', {
    get() {
      throw denied
    },
  })
  const start = browserStart(scope, undefined, undefined)
  await expect(start.read('count')).rejects.toBe(denied)
  const { store } = await start.complete()
  await expect(increment(store)).rejects.toMatchObject({ code: 'storage', cause: denied })
})

it('E14: sends with the fetch it was given, else with the one of the window, and without a this', async () => {
  const seen: unknown[] = []
  const fake = (name: string) =>
    function (this: unknown, ...args: unknown[]) {
      seen.push([name, this, ...args])
      return Promise.resolve(new Response(name))
    } as typeof fetch
  const { scope } = windowWith({ fetch: fake('window') })
  const init = { method: 'POST' }
  const ofWindow = await browserStart(scope, 'memory', undefined).complete()
  expect(await (await ofWindow.fetch('https://a.test/', init)).text()).toBe('window')
  const own = await browserStart(scope, 'memory', fake('own')).complete()
  expect(await (await own.fetch('https://b.test/')).text()).toBe('own')
  expect(seen).toEqual([
    ['window', undefined, 'https://a.test/', init],
    ['own', undefined, 'https://b.test/', undefined],
  ])
})

it('opens a popup to be sent somewhere later, and says when it is blocked', () => {
  const popup = {}
  const open = vi.fn<(url: string) => object | null>(() => popup)
  const start = browserStart(windowWith({ open }).scope, 'memory', undefined)
  expect(start.openPopup()).toBe(popup)
  expect(open.mock.lastCall?.[0]).toBe('about:blank')
  open.mockReturnValue(null)
  expect(start.openPopup()).toBeNull()
})

it('tells before the page sleeps, until the undo', () => {
  const { window, scope } = windowWith()
  let sleeps = 0
  const undo = browserStart(scope, 'memory', undefined).onSleep(() => sleeps++)
  const play = () => {
    window.dispatchEvent(new window.Event('pagehide'))
    window.document.dispatchEvent(new window.Event('freeze'))
    window.document.dispatchEvent(new window.Event('visibilitychange'))
  }
  play()
  expect(sleeps).toBe(2)
  undo()
  play()
  expect(sleeps).toBe(2)
})

it('is a browser where there is a window with a document, not on a server or in a worker', () => {
  expect(isBrowser()).toBe(false)
  vi.stubGlobal('window', {})
  expect(isBrowser()).toBe(false)
  vi.stubGlobal('document', {})
  expect(isBrowser()).toBe(true)
  vi.unstubAllGlobals()
})
