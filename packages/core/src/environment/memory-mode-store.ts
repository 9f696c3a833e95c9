/** `storage: 'memory'`: the session lives as long as the page. Stored is only what a redirect has to come back to, and no token. */
import type { RecordStore } from './environment.js'
import { memoryStore } from './memory-store.js'

/** @param stored - For the pending authorization requests: single use, and gone after ten minutes. */
export function memoryModeStore(stored: RecordStore): RecordStore {
  const own = memoryStore()
  const storeOf = (key: string) => (key.startsWith('requests:') ? stored : own)
  return {
    read: (key) => storeOf(key).read(key),
    update: (key, decide) => storeOf(key).update(key, decide),
    close: stored.close,
  }
}
