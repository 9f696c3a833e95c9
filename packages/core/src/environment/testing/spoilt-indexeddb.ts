/** IndexedDB as browsers sometimes are: for the tests of the store. */
import { IDBFactory } from 'fake-indexeddb'
import type { RecordStore } from '../environment.js'
import { indexedDbConnection, type IndexedDbOptions } from '../indexeddb-connection.js'
import { indexedDbStore } from '../indexeddb-store.js'
import { createFakeClock } from './fake-clock.js'

/** An IndexedDB whose next openings and transactions can be spoilt, and a store on it. */
export function setUpIndexedDb() {
  const factory = new IDBFactory()
  const clock = createFakeClock()
  /** Every connection that has been opened. */
  const opened: IDBDatabase[] = []
  /** Spoils every connection when it opens. */
  const onOpened: ((database: IDBDatabase) => void)[] = []
  /** `open` answers instead of the factory; `transaction` runs before each transaction, and may throw. */
  const faults: { open?: () => IDBOpenDBRequest; transaction?: () => void } = {}
  const indexedDB = {
    open(name: string, version?: number) {
      if (faults.open) return faults.open()
      const opening = factory.open(name, version)
      opening.addEventListener('success', () => {
        const database = opening.result
        opened.push(database)
        const transaction = database.transaction.bind(database)
        database.transaction = (...args: Parameters<typeof transaction>) => {
          faults.transaction?.()
          return transaction(...args)
        }
        for (const spoil of onOpened) spoil(database)
      })
      return opening
    },
  } as IDBFactory
  const newStore = () => openStore({ indexedDB, clock })
  return {
    factory,
    indexedDB,
    clock,
    opened,
    onOpened,
    faults,
    openStore: newStore,
    store: newStore(),
  }
}

export function openStore(options: IndexedDbOptions): RecordStore {
  return indexedDbStore(indexedDbConnection(options))
}

export function request<Result>(asked: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
}

/** A request to open that is answered by hand, or never. */
export function silentRequest() {
  const silent: { onsuccess?: () => void; result?: IDBDatabase } = {}
  return silent as typeof silent & IDBOpenDBRequest
}
