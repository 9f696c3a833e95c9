import { expect, it } from 'vitest'
import { StorageError } from '../errors.js'
import { increment } from './testing/increment.js'
import { settled } from './testing/fake-clock.js'
import {
  openStore as openIndexedDbStore,
  request,
  setUpIndexedDb,
  silentRequest,
} from './testing/spoilt-indexeddb.js'

it('S11: fails after 3 s when open never answers, and works once it does', async () => {
  const { store, clock, faults } = setUpIndexedDb()
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
  const { store, clock, faults } = setUpIndexedDb()
  faults.open = () => {
    delete faults.open
    return silentRequest()
  }
  const incrementing = increment(store)
  await clock.advance(1500)
  expect(await incrementing).toBe(1)
})

it('closes a connection that opens after it was given up', async () => {
  const { store, clock, faults, factory, indexedDB } = setUpIndexedDb()
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
  const { store, faults, clock } = setUpIndexedDb()
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
  const { store, opened, faults } = setUpIndexedDb()
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
  const { store, opened, faults } = setUpIndexedDb()
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
  const { store, opened } = setUpIndexedDb()
  await increment(store)
  opened[0]!.close()
  opened[0]!.onclose!(new Event('close'))
  expect(await increment(store)).toBe(2)
  expect(opened).toHaveLength(2)
})

it('G6: writes on a new connection when the old one was lost without an event', async () => {
  const { store, opened, faults } = setUpIndexedDb()
  let calls = 0
  faults.transaction = () => calls++
  await increment(store)
  opened[0]!.close()
  expect(await increment(store)).toBe(2)
  expect([calls, opened.length]).toEqual([3, 2])
})

it('G6: takes one new connection for all that were under way on the lost one', async () => {
  const { store, opened } = setUpIndexedDb()
  await increment(store)
  opened[0]!.close()
  expect(await Promise.all([increment(store), increment(store), store.read('count')])).toEqual([
    2, 3, 3,
  ])
  expect(opened).toHaveLength(2)
})

it('G6: keeps the new connection when something on the lost one fails later', async () => {
  const { store, opened, clock } = setUpIndexedDb()
  await increment(store)
  const [lost] = opened
  lost!.transaction = () => ({ objectStore: () => ({ get: silentRequest }) }) as never
  const hanging = store.read('count')
  await settled()
  lost!.close()
  lost!.onclose!(new Event('close'))
  expect(await increment(store)).toBe(2)
  await clock.advance(2000)
  expect(await hanging).toBe(2)
  expect(opened).toHaveLength(2)
})

it('G7: is not in the way when another tab deletes the database, and makes it again', async () => {
  const { store, factory, opened } = setUpIndexedDb()
  await increment(store)
  await request(factory.deleteDatabase('latchkey'))
  expect(await store.read('count')).toBeUndefined()
  expect(await increment(store)).toBe(1)
  expect(opened).toHaveLength(2)
})

it('G7: finishes a write that was under way when the database is deleted', async () => {
  const { store, factory } = setUpIndexedDb()
  await increment(store)
  const writing = increment(store)
  const deleting = request(factory.deleteDatabase('latchkey'))
  expect(await writing).toBeGreaterThan(0)
  await deleting
  expect(await increment(store)).toBeGreaterThan(0)
})

it('G7: is not in the way of an upgrade by somebody else, and uses what that leaves', async () => {
  const { store, factory } = setUpIndexedDb()
  await increment(store)
  const upgraded = await request(factory.open('latchkey', 7))
  expect(await increment(store)).toBe(2)
  expect(upgraded.version).toBe(7)
  upgraded.close()
})

it('S11: makes the object store again when it is missing, and leaves the rest of the database alone', async () => {
  const { store, factory } = setUpIndexedDb()
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
  const { factory, openStore } = setUpIndexedDb()
  const foreign = await request(factory.open('latchkey', 3))
  foreign.close()
  const stores = [openStore(), openStore()]
  await Promise.all(stores.map(increment))
  expect(await stores[0]!.read('count')).toBe(2)
})

it('G7: upgrades a database in which somebody has made the store meanwhile', async () => {
  const { store, factory, faults, opened } = setUpIndexedDb()
  const foreign = await request(factory.open('latchkey', 3))
  foreign.close()
  let opens = 0
  faults.open = () => {
    if (++opens === 1) return factory.open('latchkey')
    delete faults.open
    factory.deleteDatabase('latchkey')
    const other = factory.open('latchkey', 1)
    other.onupgradeneeded = () => other.result.createObjectStore('records').put(41, 'count')
    other.onsuccess = () => other.result.close()
    return factory.open('latchkey', 4)
  }
  expect(await increment(store)).toBe(42)
  // and no second try, which would be seen here
  expect([opens, opened.length]).toEqual([2, 0])
})

it('S11: fails in time while somebody else blocks the upgrade it needs', async () => {
  const { factory, store, clock } = setUpIndexedDb()
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
  const { store, opened, factory } = setUpIndexedDb()
  store.close()
  await increment(store)
  store.close()
  await settled()
  expect(() => opened[0]!.transaction('records')).toThrow(
    expect.objectContaining({ name: 'InvalidStateError' }),
  )
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
  const { store, factory } = setUpIndexedDb()
  const writing = increment(store)
  store.close()
  expect(await writing).toBe(1)
  store.close()
  await request(factory.deleteDatabase('latchkey'))
})
