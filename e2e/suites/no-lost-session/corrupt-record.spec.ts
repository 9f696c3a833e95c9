import { homeDatabase } from '../../support/leak-oracle.js'
import { expect, test } from '../../support/test.js'

for (const [name, value] of [
  ['a text', 'garbage'],
  ['an empty object', {}],
  ['a record without tokens', { v: 1, minReader: 1, state: 'signed-in' }],
  ['an array', [1, 2, 3]],
] as const)
  test(`a corrupt session record (${name}) means signed out, and signing in again works`, async ({
    start,
  }) => {
    const scene = await start()
    const tab = await scene.signIn()
    await tab.page.evaluate(
      async ([name, value]) => {
        const database = await new Promise<IDBDatabase>((resolve) => {
          const opening = indexedDB.open(name)
          opening.onsuccess = () => resolve(opening.result)
        })
        const store = database.transaction('records', 'readwrite').objectStore('records')
        const keys = await new Promise<IDBValidKey[]>((resolve) => {
          const reading = store.getAllKeys()
          reading.onsuccess = () => resolve(reading.result)
        })
        const key = keys.find((key) => String(key).startsWith('session:'))
        await new Promise((resolve) => {
          const writing = store.put(value, key)
          writing.transaction!.oncomplete = resolve
        })
        database.close()
      },
      [homeDatabase, value] as const,
    )
    const other = await scene.openTab('/other')
    await other.untilStatus('signed-out')
    expect(await other.state()).not.toHaveProperty('user')
    await other.page.click('#sign-in')
    // the provider still knows the user
    await other.untilStatus('signed-in')
    expect((await other.call('notes')).status).toBe(200)
    await tab.untilStatus('signed-in')
  })
