/**
 * A connection to IndexedDB that gives up in time and comes back: the `UseStore` beneath idb-keyval, which knows no time-out, no `versionchange`
 * and no dead connection of its own.
 */
import { promisifyRequest, type UseStore } from 'idb-keyval'
import type { Clock } from './environment.js'

export interface IndexedDbOptions {
  /** Looked up at each opening; reading it may throw (storage blocked). */
  readonly indexedDB: IDBFactory
  readonly clock: Clock
}

/** Names that all versions on one origin share: a wire format (docs/wire-format.md). */
const databaseName = 'latchkey'
const storeName = 'records'

export interface IndexedDbConnection {
  /** An operation has 2 s, opening 1.5 s of them; after any failure the next one opens anew. */
  readonly use: UseStore
  /** Lets go of the connection; the next use opens a new one. */
  close(): void
}

export function indexedDbConnection(options: IndexedDbOptions): IndexedDbConnection {
  const { clock } = options
  let current: Promise<IDBDatabase> | undefined

  const use: UseStore = async (mode, work) => {
    const opened = (current ??= connect())
    let transaction: IDBTransaction | undefined
    try {
      const used = within(clock, 1500, opened).then((database) => {
        transaction = database.transaction(storeName, mode, { durability: 'strict' })
        return work(transaction.objectStore(storeName))
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

  function connect(): Promise<IDBDatabase> {
    const opened = openDatabase(options)
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

  return { use, close: () => current && drop(current) }
}

/** Opens the database and makes sure the store is in it. */
async function openDatabase(options: IndexedDbOptions, version?: number): Promise<IDBDatabase> {
  const request = options.indexedDB.open(databaseName, version)
  const hasStore = () => request.result.objectStoreNames.contains(storeName)
  request.onupgradeneeded = () => hasStore() || request.result.createObjectStore(storeName)
  const database = await promisifyRequest(request)
  if (hasStore()) return database
  database.close()
  return openDatabase(options, database.version + 1)
}

function within<Result>(clock: Clock, limitMs: number, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const undo = clock.setTimer(() => reject(new Error(`No answer in ${limitMs} ms.`)), limitMs)
    work.then(resolve, reject).finally(undo)
  })
}

function ignore(): void {}
