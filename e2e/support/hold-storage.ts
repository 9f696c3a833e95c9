// Slow storage that a test ends when it has seen enough: another page of the app's origin keeps the database busy.
import { homeDatabase } from './leak-oracle.js'
import type { Scene } from './scene.js'

/** From now on the app's reads wait. Gives the function that lets them go on. */
export async function holdStorage(scene: Scene): Promise<() => Promise<void>> {
  const page = await scene.context.newPage()
  await page.route('**/blank', (route) => route.fulfill({ contentType: 'text/html', body: '' }))
  await page.goto(`${scene.app.origin}/blank`)
  await page.evaluate(hold, homeDatabase)
  return () => page.close()
}

/** A transaction lives as long as it has requests: each asks for the next one. */
function hold(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name)
    opening.onerror = () => reject(opening.error ?? new Error('IndexedDB'))
    opening.onsuccess = () => {
      const [first = '', ...others] = opening.result.objectStoreNames
      const store = opening.result.transaction([first, ...others], 'readwrite').objectStore(first)
      const goOn = () => {
        resolve()
        store.count().onsuccess = goOn
      }
      goOn()
    }
  })
}
