/**
 * The records of all tabs in IndexedDB, through idb-keyval's way of using a store, on a connection that gives up in time and comes back, with
 * an update that reads, decides and writes in one transaction.
 */
import { promisifyRequest, type UseStore } from 'idb-keyval'
import { StorageError } from '../errors.js'
import type { Clock, Decision, RecordStore } from './environment.js'

export interface IndexedDbStoreOptions {
  /** Looked up at each opening; reading it may throw (storage blocked). */
  readonly indexedDB: IDBFactory
  readonly clock: Clock
  /** Default `latchkey`. */
  readonly databaseName?: string
  /** Default `records`. */
  readonly storeName?: string
}

/**
 * An operation has 2 s (opening 1.5 s of them), then once more as long on a new connection, then it fails. A write that was given up may still
 * land later: whoever decides must make that harmless.
 */
export function openIndexedDbStore(options: IndexedDbStoreOptions): RecordStore {
  const { clock, storeName = 'records' } = options
  let current: Promise<IDBDatabase> | undefined

  const attempt: UseStore = async (mode, use) => {
    const opened = (current ??= connect())
    let transaction: IDBTransaction | undefined
    try {
      const used = within(clock, 1500, opened).then((database) => {
        transaction = database.transaction(storeName, mode, { durability: 'strict' })
        return use(transaction.objectStore(storeName))
      })
      return await within(clock, 2000, used)
    } catch (error) {
      drop(opened)
      try {
        transaction?.abort()
      } catch {
        // It is over, or about to be.
      }
      throw error
    }
  }

  const useStore: UseStore = (mode, use) =>
    attempt(mode, use)
      .catch(() => attempt(mode, use))
      .catch((error: unknown) => {
        throw new StorageError('IndexedDB failed, also on a new connection.', error)
      })

  function connect(): Promise<IDBDatabase> {
    const opened = openDatabase(options, storeName)
    opened.then((database) => {
      database.onclose = database.onversionchange = () => drop(opened)
    }, ignore)
    return opened
  }

  /** Forgets a connection and closes it, also one that opens only later: left open, it would block others' upgrade or deletion. */
  function drop(opened: Promise<IDBDatabase>): void {
    if (current === opened) current = undefined
    opened.then((database) => database.close(), ignore)
  }

  return {
    read: (key) => useStore('readonly', (store) => promisifyRequest(store.get(key))),
    async update(key, decide) {
      const outcome = await useStore('readwrite', (store) => decideAndWrite(store, key, decide))
      return outcome()
    },
    close: () => current && drop(current),
  }
}

/** Resolves when the transaction is durable. What `decide` throws comes out of the outcome, so that it is not tried again. */
function decideAndWrite<Result>(
  store: IDBObjectStore,
  key: string,
  decide: (stored: unknown) => Decision<Result>,
): Promise<() => Result> {
  return new Promise((resolve, reject) => {
    const { transaction } = store
    const request = store.get(key)
    let outcome: (() => Result) | undefined
    request.onsuccess = () => {
      try {
        const { put, remove, result } = decide(request.result)
        outcome = () => result
        if (remove) store.delete(key)
        else if (put !== undefined) store.put(put, key)
        transaction.commit?.()
      } catch (error) {
        if (outcome) return reject(error)
        outcome = () => {
          throw error
        }
      }
    }
    transaction.oncomplete = () => resolve(outcome!)
    // Not `onerror`, which comes first and does not know the error yet.
    transaction.onabort = () => reject(transaction.error)
  })
}

/** Opens the database and makes sure the store is in it. */
async function openDatabase(
  options: IndexedDbStoreOptions,
  storeName: string,
  version?: number,
): Promise<IDBDatabase> {
  const request = options.indexedDB.open(options.databaseName ?? 'latchkey', version)
  const hasStore = () => request.result.objectStoreNames.contains(storeName)
  request.onupgradeneeded = () => hasStore() || request.result.createObjectStore(storeName)
  const database = await promisifyRequest(request)
  if (hasStore()) return database
  database.close()
  return openDatabase(options, storeName, database.version + 1)
}

function within<Result>(clock: Clock, limitMs: number, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const undo = clock.setTimer(() => reject(new Error(`No answer in ${limitMs} ms.`)), limitMs)
    work.then(resolve, reject).finally(undo)
  })
}

function ignore(): void {}
