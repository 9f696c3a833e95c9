/** The records of all tabs in IndexedDB, with an update that reads, decides and writes in one transaction. */
import { promisifyRequest, type UseStore } from 'idb-keyval'
import { StorageError } from '../errors.js'
import type { Decision, RecordStore } from './environment.js'
import type { IndexedDbConnection } from './indexeddb-connection.js'

/**
 * An operation that fails is tried once more on a new connection. A write that was given up may still land later: whoever decides must make
 * that harmless.
 */
export function indexedDbStore({ use, close }: IndexedDbConnection): RecordStore {
  const useStore: UseStore = (mode, work) =>
    use(mode, work)
      .catch(() => use(mode, work))
      .catch((error: unknown) => {
        throw new StorageError('IndexedDB failed, also on a new connection.', error)
      })

  return {
    read: (key) => useStore('readonly', (store) => promisifyRequest(store.get(key))),
    async update(key, decide) {
      const outcome = await useStore('readwrite', (store) => decideAndWrite(store, key, decide))
      return outcome()
    },
    close,
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
    transaction.oncomplete = () => outcome && resolve(outcome)
    // Not `onerror`, which comes first and does not know the error yet.
    transaction.onabort = () => reject(transaction.error)
  })
}
