import { IDBFactory } from 'fake-indexeddb'
import { expect, it } from 'vitest'
import { StorageError } from '../errors.js'
import type { RecordStore } from './environment.js'
import { indexedDbConnection, type IndexedDbOptions } from './indexeddb-connection.js'
import { indexedDbStore } from './indexeddb-store.js'

const openIndexedDbStore = (options: IndexedDbOptions) =>
  indexedDbStore(indexedDbConnection(options))
import { createFakeClock, settled } from './testing/fake-clock.js'

/** A browser's IndexedDB whose next openings and transactions can be spoilt. */
function setUp() {
  const factory = new IDBFactory()
  const clock = createFakeClock()
  const opened: IDBDatabase[] = []
  const onOpened: ((database: IDBDatabase) => void)[] = []
  const faults: { open?: () => IDBOpenDBRequest; transaction?: () => void } = {}
  const indexedDB = {
    open(name: string, version?: number) {
      if (faults.open) return faults.open()
      const request = factory.open(name, version)
      request.addEventListener('success', () => {
        const database = request.result
        opened.push(database)
        const transaction = database.transaction.bind(database)
        database.transaction = (...args: Parameters<typeof transaction>) => {
          faults.transaction?.()
          return transaction(...args)
        }
        for (const spoil of onOpened) spoil(database)
      })
      return request
    },
  } as IDBFactory
  const openStore = () => openIndexedDbStore({ indexedDB, clock })
  return { factory, indexedDB, clock, opened, onOpened, faults, openStore, store: openStore() }
}

const increment = (store: RecordStore) =>
  store.update('count', (stored) => {
    const put = ((stored as number | undefined) ?? 0) + 1
    return { put, result: put }
  })

function request<Result>(asked: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
}

/** An open request that can be answered later, or never. */
function silentRequest() {
  const silent: { onsuccess?: () => void; result?: IDBDatabase } = {}
  return silent as typeof silent & IDBOpenDBRequest
}

it('reads what it wrote, and nothing where nothing is', async () => {
  const { store, openStore } = setUp()
  expect(await store.read('a')).toBeUndefined()
  expect(await store.update('a', (stored) => ({ put: { n: 1 }, result: stored }))).toBeUndefined()
  expect(await openStore().read('a')).toEqual({ n: 1 })
})

it('writes nothing without put, and removes on demand', async () => {
  const { store } = setUp()
  await increment(store)
  expect(await store.update('count', (stored) => ({ result: stored }))).toBe(1)
  expect(await store.read('count')).toBe(1)
  await store.update('count', () => ({ remove: true, result: undefined }))
  expect(await store.read('count')).toBeUndefined()
})

it('asks for strict durability, and resolves only when the transaction is complete', async () => {
  const { store, opened } = setUp()
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
  const { store, opened } = setUp()
  await store.read('warm-up')
  const { transaction } = opened[0]!
  opened[0]!.transaction = (...args) => {
    const made = transaction(...args)
    Object.defineProperty(made, 'commit', { value: undefined })
    return made
  }
  expect(await increment(store)).toBe(1)
  expect(await store.read('count')).toBe(1)
})

it('passes on what decide throws, unchanged, without a second try or a write', async () => {
  const { store, opened } = setUp()
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
  const { openStore, opened } = setUp()
  const stores = [openStore(), openStore()]
  const results = await Promise.all(
    Array.from({ length: 200 }, (_, index) => increment(stores[index % 2]!)),
  )
  expect(new Set(results).size).toBe(200)
  expect([await stores[0]!.read('count'), opened.length]).toEqual([200, 2])
})

it('opens one connection for many operations, and none before the first', async () => {
  const { store, opened } = setUp()
  await settled()
  expect(opened).toHaveLength(0)
  await Promise.all([store.read('a'), store.read('b'), increment(store)])
  expect(opened).toHaveLength(1)
})

it('S11: fails after 3 s when open never answers, and works once it does', async () => {
  const { store, clock, faults } = setUp()
  let opens = 0
  faults.open = () => {
    opens++
    return silentRequest()
  }
  const reading = store.read('a')
  await expect(clock.until(reading)).rejects.toBeInstanceOf(StorageError)
  expect([clock.monotonic(), opens, clock.timers]).toEqual([3000, 2, 0])
  delete faults.open
  expect(await increment(store)).toBe(1)
})

it('S11: works on the second try when only the first open hangs', async () => {
  const { store, clock, faults } = setUp()
  faults.open = () => {
    delete faults.open
    return silentRequest()
  }
  const incrementing = increment(store)
  await clock.advance(1500)
  expect(await incrementing).toBe(1)
})

it('closes a connection that opens after it was given up', async () => {
  const { store, clock, faults, factory, indexedDB } = setUp()
  const late = silentRequest()
  faults.open = () => {
    delete faults.open
    return late
  }
  const incrementing = increment(store)
  await clock.advance(1500)
  await incrementing
  late.result = await request(indexedDB.open('latchkey'))
  late.onsuccess?.()
  store.close()
  // Would wait for ever for a connection left open.
  await expect(request(factory.deleteDatabase('latchkey'))).resolves.toBeUndefined()
})

it('S11: fails with a cause when open rejects or storage is blocked', async () => {
  const { store, faults, clock } = setUp()
  const unknown = new DOMException('Internal error opening backing store.', 'UnknownError')
  faults.open = () => {
    const rejecting = silentRequest() as unknown as { onerror(): void; error: DOMException }
    rejecting.error = unknown
    queueMicrotask(() => rejecting.onerror())
    return rejecting as unknown as IDBOpenDBRequest
  }
  await expect(store.read('a')).rejects.toMatchObject({ code: 'storage', cause: unknown })

  const denied = new DOMException('denied', 'SecurityError')
  const blocked = openIndexedDbStore({
    clock,
    get indexedDB(): IDBFactory {
      throw denied
    },
  })
  await expect(blocked.read('a')).rejects.toMatchObject({ code: 'storage', cause: denied })
  await expect(increment(blocked)).rejects.toBeInstanceOf(StorageError)
  expect(clock.timers).toBe(0)
})

it('S11: takes a new connection when transaction() throws InvalidStateError from the 10th call on', async () => {
  const { store, opened, faults } = setUp()
  let calls = 0
  faults.transaction = () => {
    calls++
    if (calls >= 10 && opened.length === 1)
      throw new DOMException('The database connection is closing.', 'InvalidStateError')
  }
  for (let round = 1; round <= 20; round++) expect(await increment(store)).toBe(round)
  expect([calls, opened.length]).toEqual([21, 2])
})

it('G6: retries once on a new connection, then fails, and recovers when the browser does', async () => {
  const { store, opened, faults } = setUp()
  const lost = new DOMException('Connection to Indexed Database server lost.', 'UnknownError')
  let calls = 0
  faults.transaction = () => {
    calls++
    throw lost
  }
  await expect(store.read('a')).rejects.toMatchObject({ code: 'storage', cause: lost })
  expect([calls, opened.length]).toEqual([2, 2])
  delete faults.transaction
  expect(await increment(store)).toBe(1)
})

it('G6: writes on a new connection, in one more try, after the browser closed the old one', async () => {
  const { store, opened } = setUp()
  await increment(store)
  opened[0]!.close()
  opened[0]!.onclose!(new Event('close'))
  expect(await increment(store)).toBe(2)
  expect(opened).toHaveLength(2)
})

it('G6: writes on a new connection when the old one was lost without an event', async () => {
  const { store, opened, faults } = setUp()
  let calls = 0
  faults.transaction = () => calls++
  await increment(store)
  opened[0]!.close()
  expect(await increment(store)).toBe(2)
  expect([calls, opened.length]).toEqual([3, 2])
})

it('G6: surfaces a full disk as a storage error with its cause, and keeps what was stored', async () => {
  const { store, opened, onOpened, clock } = setUp()
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
  const { store, opened, onOpened } = setUp()
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
  const { store } = setUp()
  const update = store.update('a', () => ({ put: () => {}, result: 1 }))
  await expect(update).rejects.toMatchObject({ code: 'storage', cause: { name: 'DataCloneError' } })
  expect(await store.read('a')).toBeUndefined()
})

it('G6: gives up a transaction that hangs after 2 s twice, and never decides for it later', async () => {
  const { store, clock, opened, onOpened } = setUp()
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

it('G7: is not in the way when another tab deletes the database, and makes it again', async () => {
  const { store, factory, opened } = setUp()
  await increment(store)
  await request(factory.deleteDatabase('latchkey'))
  expect(await store.read('count')).toBeUndefined()
  expect(await increment(store)).toBe(1)
  expect(opened).toHaveLength(2)
})

it('G7: finishes a write that was under way when the database is deleted', async () => {
  const { store, factory } = setUp()
  await increment(store)
  const writing = increment(store)
  const deleting = request(factory.deleteDatabase('latchkey'))
  expect(await writing).toBeGreaterThan(0)
  await deleting
  expect(await increment(store)).toBeGreaterThan(0)
})

it('G7: is not in the way of an upgrade by somebody else, and uses what that leaves', async () => {
  const { store, factory } = setUp()
  await increment(store)
  const upgraded = await request(factory.open('latchkey', 7))
  expect(await increment(store)).toBe(2)
  expect(upgraded.version).toBe(7)
  upgraded.close()
})

it('S11: makes the object store again when it is missing, and leaves the rest of the database alone', async () => {
  const { store, factory } = setUp()
  const foreign = factory.open('latchkey', 3)
  foreign.onupgradeneeded = () => foreign.result.createObjectStore('theirs').put('kept', 'key')
  const theirs = await request(foreign)
  theirs.close()
  expect(await increment(store)).toBe(1)
  store.close()
  const seen = await request(factory.open('latchkey'))
  expect([seen.version, [...seen.objectStoreNames]]).toEqual([4, ['records', 'theirs']])
  expect(await request(seen.transaction('theirs').objectStore('theirs').get('key'))).toBe('kept')
})

it('S11: gives two tabs that find the object store missing one each', async () => {
  const { factory, openStore } = setUp()
  const foreign = await request(factory.open('latchkey', 3))
  foreign.close()
  const stores = [openStore(), openStore()]
  await Promise.all(stores.map(increment))
  expect(await stores[0]!.read('count')).toBe(2)
})

it('S11: fails in time while somebody else blocks the upgrade it needs', async () => {
  const { factory, store, clock } = setUp()
  const foreign = await request(factory.open('latchkey', 3))
  const outcome = increment(store).catch((error: unknown) => error)
  await settled()
  await clock.advance(1500)
  await settled()
  await clock.advance(1500)
  expect(await outcome).toBeInstanceOf(StorageError)
  foreign.close()
  expect(await increment(store)).toBe(1)
})

it('lets go of its connection on close, once what runs is done, and opens a new one at the next use', async () => {
  const { store, opened, factory } = setUp()
  store.close()
  await increment(store)
  const writing = increment(store)
  await Promise.resolve()
  store.close()
  expect(await writing).toBe(2)
  store.close()
  await request(factory.deleteDatabase('latchkey'))
  expect(await increment(store)).toBe(1)
  store.close()
  expect(opened.length).toBeGreaterThanOrEqual(2)
})

it('lets go of a connection that is still opening', async () => {
  const { store, factory } = setUp()
  const writing = increment(store)
  store.close()
  expect(await writing).toBe(1)
  store.close()
  await request(factory.deleteDatabase('latchkey'))
})
