import { expect, it } from 'vitest'
import { StorageError } from '../errors.js'
import { increment } from './testing/increment.js'
import { settled } from './testing/fake-clock.js'
import { setUpIndexedDb } from './testing/spoilt-indexeddb.js'

it('reads what it wrote, and nothing where nothing is', async () => {
  const { store, openStore } = setUpIndexedDb()
  expect(await store.read('a')).toBeUndefined()
  expect(await store.update('a', (stored) => ({ put: { n: 1 }, result: stored }))).toBeUndefined()
  expect(await openStore().read('a')).toEqual({ n: 1 })
})

it('writes nothing without put, and removes on demand', async () => {
  const { store } = setUpIndexedDb()
  await increment(store)
  expect(await store.update('count', (stored) => ({ result: stored }))).toBe(1)
  expect(await store.read('count')).toBe(1)
  await store.update('count', () => ({ remove: true, result: undefined }))
  expect(await store.read('count')).toBeUndefined()
})

it('asks for strict durability, and resolves only when the transaction is complete', async () => {
  const { store, opened } = setUpIndexedDb()
  await store.read('warm-up')
  const seen: unknown[] = []
  const database = opened[0]!
  const { transaction } = database
  database.transaction = (...args) => {
    const made = transaction(...args)
    const commit = made.commit.bind(made)
    made.commit = () => {
      seen.push('commit')
      commit()
    }
    made.addEventListener('complete', () => seen.push('complete'))
    seen.push(args)
    return made
  }
  await increment(store)
  seen.push('resolved')
  expect(seen).toEqual([
    ['records', 'readwrite', { durability: 'strict' }],
    'commit',
    'complete',
    'resolved',
  ])
})

it('writes also where transactions cannot be committed by hand', async () => {
  const { store, opened } = setUpIndexedDb()
  await store.read('warm-up')
  const { transaction } = opened[0]!
  opened[0]!.transaction = (...args) => {
    const made = transaction(...args)
    Object.defineProperty(made, 'commit', { value: undefined })
    return made
  }
  expect(await increment(store)).toBe(1)
  expect([await store.read('count'), opened.length]).toEqual([1, 1])
})

it('passes on what decide throws, unchanged, without a second try or a write', async () => {
  const { store, opened } = setUpIndexedDb()
  await increment(store)
  const failure = new Error('mine')
  let calls = 0
  const update = store.update('count', () => {
    calls++
    throw failure
  })
  await expect(update).rejects.toBe(failure)
  expect([calls, opened.length, await store.read('count')]).toEqual([1, 1, 1])
})

it('loses none of 200 increments made at once over two connections', async () => {
  const { openStore, opened } = setUpIndexedDb()
  const stores = [openStore(), openStore()]
  const results = await Promise.all(
    Array.from({ length: 200 }, (_, index) => increment(stores[index % 2]!)),
  )
  expect(new Set(results).size).toBe(200)
  expect([await stores[0]!.read('count'), opened.length]).toEqual([200, 2])
})

it('opens one connection for many operations, and none before the first', async () => {
  const { store, opened } = setUpIndexedDb()
  await settled()
  expect(opened).toHaveLength(0)
  await Promise.all([store.read('a'), store.read('b'), increment(store)])
  expect(opened).toHaveLength(1)
})

it('G6: surfaces a full disk as a storage error with its cause, and keeps what was stored', async () => {
  const { store, opened, onOpened, clock } = setUpIndexedDb()
  await increment(store)
  const full = new DOMException('full', 'QuotaExceededError')
  const spoil = (database: IDBDatabase) => {
    const { transaction } = database
    database.transaction = (...args) => {
      const made = transaction(...args)
      // As browsers do: the put is accepted, the commit is not.
      made.commit = () => {
        made.abort()
        Object.defineProperty(made, 'error', { value: full })
      }
      return made
    }
  }
  spoil(opened[0]!)
  onOpened.push(spoil)
  await expect(increment(store)).rejects.toMatchObject({ code: 'storage', cause: full })
  expect([await store.read('count'), opened.length, clock.timers]).toEqual([1, 3, 0])
})

it('G6: knows the cause also when the put itself is refused', async () => {
  const { store, opened, onOpened } = setUpIndexedDb()
  await increment(store)
  const spoil = (database: IDBDatabase) => {
    const { transaction } = database
    database.transaction = (...args) => {
      const made = transaction(...args)
      const records = made.objectStore('records')
      // A second record under a key that is taken: the request fails, and the transaction with it.
      records.put = (value, key) => records.add(value, key)
      made.objectStore = () => records
      return made
    }
  }
  spoil(opened[0]!)
  onOpened.push(spoil)
  await expect(increment(store)).rejects.toMatchObject({ cause: { name: 'ConstraintError' } })
})

it('G6: surfaces a record that cannot be stored as a storage error with its cause', async () => {
  const { store } = setUpIndexedDb()
  const update = store.update('a', () => ({ put: () => {}, result: 1 }))
  await expect(update).rejects.toMatchObject({ code: 'storage', cause: { name: 'DataCloneError' } })
  expect(await store.read('a')).toBeUndefined()
})

it('G6: gives up a transaction that hangs after 2 s twice, and never decides for it later', async () => {
  const { store, clock, opened, onOpened } = setUpIndexedDb()
  await store.read('warm-up')
  const hanging: (() => void)[] = []
  let decisions = 0
  let aborts = 0
  const hang = (database: IDBDatabase) => {
    database.transaction = () =>
      ({
        objectStore() {
          const asked = { result: undefined } as { onsuccess?: () => void }
          hanging.push(() => asked.onsuccess?.())
          return { get: () => asked, transaction: {} }
        },
        abort: () => aborts++,
      }) as unknown as IDBTransaction
  }
  hang(opened[0]!)
  onOpened.push(hang)
  const update = store.update('a', () => {
    decisions++
    return { result: 1 }
  })
  const outcome = update.catch((error: unknown) => error)
  await clock.advance(2000)
  while (hanging.length < 2) await settled()
  await clock.advance(2000)
  expect(await outcome).toBeInstanceOf(StorageError)
  expect([decisions, aborts, opened.length, clock.timers]).toEqual([0, 2, 2, 0])
})
