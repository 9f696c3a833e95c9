import type { RecordStore } from '../environment.js'

/** Adds one to the record `count`, in one transaction: where something is lost, it shows. */
export function increment(store: RecordStore): Promise<number> {
  return store.update('count', (stored) => {
    const put = ((stored as number | undefined) ?? 0) + 1
    return { put, result: put }
  })
}
