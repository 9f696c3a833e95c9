import type { RecordStore } from './environment.js'

/** Records that live as long as the page. Copied in and out, as a real store does. */
export function memoryStore(): RecordStore {
  const records = new Map<string, unknown>()
  const read = (key: string) => structuredClone(records.get(key))
  return {
    read: async (key) => read(key),
    async update(key, decide) {
      const { put, remove, result } = decide(read(key))
      if (remove) records.delete(key)
      else if (put !== undefined) records.set(key, structuredClone(put))
      return result
    },
    close() {},
  }
}
