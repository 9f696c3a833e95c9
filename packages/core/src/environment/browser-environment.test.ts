import { IDBFactory } from 'fake-indexeddb'
import { afterEach, expect, it, vi } from 'vitest'
import { browserEnvironment, type BrowserScope, isBrowser } from './browser-environment.js'

afterEach(() => vi.unstubAllGlobals())

/** A global object that says which of its properties were looked at. */
function watchedScope(properties: Partial<BrowserScope> = {}) {
  const touched: PropertyKey[] = []
  const scope = new Proxy(properties, {
    get(target, name) {
      touched.push(name)
      return Reflect.get(target, name) as unknown
    },
  }) as BrowserScope
  return { scope, touched }
}

it('touches no global until it is used', () => {
  const { scope, touched } = watchedScope()
  browserEnvironment({ storage: 'indexeddb', scope }).openChannel('a')
  browserEnvironment({ storage: 'memory', scope })
  expect(touched).toEqual([])
})

it('sends with the fetch of the moment, or with the one it was given, and without a this', async () => {
  const seen: unknown[] = []
  const fake = (name: string) =>
    function (this: unknown, ...args: unknown[]) {
      seen.push([name, this, ...args])
      return Promise.resolve(new Response(name))
    } as typeof fetch
  const scope = { fetch: fake('first') } as BrowserScope
  const environment = browserEnvironment({ storage: 'memory', scope })
  scope.fetch = fake('later')
  const init = { method: 'POST' }
  expect(await (await environment.fetch('https://a.test/', init)).text()).toBe('later')
  const own = browserEnvironment({ storage: 'memory', scope, fetch: fake('own') })
  expect(await (await own.fetch('https://b.test/')).text()).toBe('own')
  expect(seen).toEqual([
    ['later', undefined, 'https://a.test/', init],
    ['own', undefined, 'https://b.test/', undefined],
  ])
})

it('keeps records in IndexedDB, in a database of the name other versions know', async () => {
  const indexedDB = new IDBFactory()
  const scope = { ...globalThis, indexedDB, performance, Date } as unknown as BrowserScope
  Object.assign(scope, { setTimeout, clearTimeout })
  const { store } = browserEnvironment({ storage: 'indexeddb', scope })
  await store.update('k', () => ({ put: 1, result: undefined }))
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open('latchkey')
    request.onsuccess = () => resolve(request.result)
  })
  expect([...database.objectStoreNames]).toEqual(['records'])
})

it('keeps records in memory on demand, for itself alone', async () => {
  const { scope, touched } = watchedScope()
  const [one, two] = [1, 2].map(() => browserEnvironment({ storage: 'memory', scope }))
  await one!.store.update('k', () => ({ put: 1, result: undefined }))
  expect([await one!.store.read('k'), await two!.store.read('k'), touched]).toEqual([
    1,
    undefined,
    [],
  ])
})

it('makes random ids of 128 bits or more that are safe in a URL and a name', () => {
  const { randomId } = browserEnvironment({ storage: 'memory', scope: globalThis })
  const ids = Array.from({ length: 2000 }, randomId)
  expect(new Set(ids).size).toBe(2000)
  for (const id of ids) expect(id).toMatch(/^[\da-z]{25,35}$/)
})

it('takes 160 bits from the cryptographic source for an id', () => {
  const asked: number[] = []
  const crypto = {
    getRandomValues(array: Uint32Array) {
      asked.push(array.byteLength * 8)
      return array.fill(2 ** 32 - 1)
    },
  } as unknown as Crypto
  const scope = { crypto } as BrowserScope
  expect(browserEnvironment({ storage: 'memory', scope }).randomId()).toBe('1z141z3'.repeat(5))
  expect(asked).toEqual([160])
})

it('is a browser where there is a window with a document, not on a server or in a worker', () => {
  expect(isBrowser()).toBe(false)
  vi.stubGlobal('window', {})
  expect(isBrowser()).toBe(false)
  vi.stubGlobal('document', {})
  expect(isBrowser()).toBe(true)
})
