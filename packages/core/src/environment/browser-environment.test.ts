import { expect, it } from 'vitest'
import { browserEnvironment, type BrowserScope } from './browser-environment.js'
import { indexedDbConnection } from './indexeddb-connection.js'
import { increment } from './testing/increment.js'
import { setUpIndexedDb } from './testing/spoilt-indexeddb.js'
import { createFakeClock } from './testing/fake-clock.js'

const unused = () => Promise.reject(new Error('unused'))

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

function environmentOn(scope: BrowserScope) {
  return browserEnvironment({
    clock: createFakeClock(),
    fetch: unused,
    connection: undefined,
    scope,
  })
}

it('touches no global until it is used', () => {
  const { scope, touched } = watchedScope()
  environmentOn(scope).openChannel('a')
  expect(touched).toEqual([])
})

it('keeps records in IndexedDB where there is a connection', async () => {
  const { indexedDB, clock, store: sibling } = setUpIndexedDb()
  const { scope } = watchedScope()
  const connection = indexedDbConnection({ indexedDB, clock })
  const { store } = browserEnvironment({ clock, fetch: unused, connection, scope })
  await increment(store)
  expect(await increment(sibling)).toBe(2)
})

it('keeps records in memory otherwise, for itself alone, and looks at no IndexedDB for them', async () => {
  const { scope, touched } = watchedScope()
  const [one, two] = [environmentOn(scope), environmentOn(scope)]
  await increment(one.store)
  expect([await one.store.read('count'), await two.store.read('count'), touched]).toEqual([
    1,
    undefined,
    [],
  ])
})

it('makes random ids that are safe in a URL and a name', () => {
  const { randomId } = environmentOn({ crypto } as BrowserScope)
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
  expect(environmentOn({ crypto } as BrowserScope).randomId()).toBe('1z141z3'.repeat(5))
  expect(asked).toEqual([160])
})
