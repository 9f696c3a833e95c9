// The client's own database, looked into and tampered with from outside the client.
import type { Page } from '@playwright/test'
import { homeDatabase } from './leak-oracle.js'

/** All that is in it, as text. */
export async function readHomeDatabase(page: Page): Promise<string> {
  return page.evaluate(async (name) => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open(name)
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error ?? new Error('IndexedDB'))
    })
    try {
      if (!database.objectStoreNames.contains('records')) return ''
      const reading = database.transaction('records').objectStore('records').getAll()
      return await new Promise<string>((resolve) => {
        reading.onsuccess = () => resolve(JSON.stringify(reading.result))
      })
    } finally {
      database.close()
    }
  }, homeDatabase)
}

/** The session record as it is stored. */
export async function readSession(page: Page): Promise<unknown> {
  const records = JSON.parse(await readHomeDatabase(page)) as { sessionId?: unknown }[]
  return records.find(({ sessionId }) => sessionId !== undefined)
}

/** Puts something else in place of the session record; `changes` are laid over it, and `null` takes a field away. */
export async function tamperWithSession(
  page: Page,
  { put, changes }: { readonly put?: unknown; readonly changes?: Record<string, unknown> },
): Promise<void> {
  await page.evaluate(
    async ([name, put, changes]) => {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const opening = indexedDB.open(name)
        opening.onsuccess = () => resolve(opening.result)
      })
      const transaction = database.transaction('records', 'readwrite')
      const cursor = transaction.objectStore('records').openCursor()
      cursor.onsuccess = () => {
        const found = cursor.result
        if (!found) return
        if (String(found.key).startsWith('session:'))
          found.update(changes ? laidOver(found.value as object, changes) : put)
        found.continue()
      }
      await new Promise((resolve) => (transaction.oncomplete = resolve))
      database.close()

      // `null` takes a field away
      function laidOver(value: object, changed: Record<string, unknown>): object {
        const entries = Object.entries({ ...value, ...changed })
        return Object.fromEntries(entries.filter(([, field]) => field !== null))
      }
    },
    [homeDatabase, put, changes] as const,
  )
}
