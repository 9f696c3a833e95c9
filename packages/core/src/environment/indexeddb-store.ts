/**
 * The records of all tabs, in IndexedDB: idb-keyval's `get` on a connection that gives up in time and comes back, and an update that reads,
 * decides and writes in one transaction.
 */
import { get, promisifyRequest, type UseStore } from 'idb-keyval'
import { StorageError } from '../errors.js'
import type { Clock, Decision, RecordStore } from './environment.js'

const openMs = 1500
const operationMs = 2000

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
 * An operation has 2 s (of which opening 1.5 s), then once more as long on a new connection, then it fails. A write that was given up may
 * still land later: whoever decides must make that harmless.
 */
export function openIndexedDbStore(options: IndexedDbStoreOptions): RecordStore {
  const { clock, storeName = 'records' } = options
  let current: Connection | undefined

  function connect(): Connection {
    const opened = openDatabase(options, storeName)
    const connection: Connection = {
      database: within(clock, openMs, opened),
      drop() {
        if (current === connection) current = undefined
        // Also one that opens after it was given up: left open, it would block others' upgrade or deletion.
        opened.then((database) => database.close(), ignore)
      },
    }
    opened.then((database) => {
      database.onclose = database.onversionchange = connection.drop
    }, ignore)
    return connection
  }

  const attempt: UseStore = async (mode, use) => {
    const connection = (current ??= connect())
    let transaction: IDBTransaction | undefined
    try {
      return await within(
        clock,
        operationMs,
        connection.database.then((database) => {
          transaction = database.transaction(storeName, mode, { durability: 'strict' })
          return use(transaction.objectStore(storeName))
        }),
      )
    } catch (error) {
      connection.drop()
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

  return {
    read: (key) => get(key, useStore),
    async update(key, decide) {
      const outcome = await useStore('readwrite', (store) => decideAndWrite(store, key, decide))
      return outcome()
    },
    close: () => current?.drop(),
  }
}

interface Connection {
  /** Rejects when the opening takes too long. */
  readonly database: Promise<IDBDatabase>
  /** Forgets it and closes it, now or when it has opened at last. */
  drop(): void
}

/** Resolves when the transaction is durable; what `decide` throws comes out of the outcome, so that it is not retried. */
function decideAndWrite<Result>(
  store: IDBObjectStore,
  key: string,
  decide: (stored: unknown) => Decision<Result>,
): Promise<() => Result> {
  return new Promise((resolve, reject) => {
    const { transaction } = store
    const request = store.get(key)
    let decision: Decision<Result>
    request.onsuccess = () => {
      try {
        decision = decide(request.result)
      } catch (error) {
        transaction.abort()
        return resolve(() => {
          throw error
        })
      }
      try {
        if (decision.remove) store.delete(key)
        else if (decision.put !== undefined) store.put(decision.put, key)
        transaction.commit?.()
      } catch (error) {
        reject(error)
      }
    }
    promisifyRequest(transaction).then(() => resolve(() => decision.result), reject)
  })
}

/** Opens the database and makes sure the store is in it. */
function openDatabase(
  options: IndexedDbStoreOptions,
  storeName: string,
  version?: number,
): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = options.indexedDB.open(options.databaseName ?? 'latchkey', version)
    const hasStore = () => request.result.objectStoreNames.contains(storeName)
    request.onupgradeneeded = () => hasStore() || request.result.createObjectStore(storeName)
    promisifyRequest(request).then((database) => {
      if (hasStore()) return resolve(database)
      database.close()
      resolve(openDatabase(options, storeName, database.version + 1))
    }, reject)
  })
}

function within<Result>(clock: Clock, limitMs: number, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const undo = clock.setTimer(() => reject(new Error(`No answer in ${limitMs} ms.`)), limitMs)
    work.then(resolve, reject).finally(undo)
  })
}

function ignore(): void {}
