import { tamperWithSession } from '../../support/home-database.js'
import { homeDatabase } from '../../support/leak-oracle.js'
import { storageFaults } from '../../support/storage-faults.js'
import {
  abandonSignIns,
  breakAtTheStart,
  breakWhileSignedIn,
} from '../../support/storage-stories.js'
import { expect, test } from '../../support/test.js'

for (const fault of ['an open that never answers', 'a disk that is full'] as const)
  test(`S11: ${fault}, in a page that is signed in, costs it nothing; what it got meanwhile is stored later`, async ({
    start,
  }) => {
    await breakWhileSignedIn(await start(), fault)
  })

test('S11: an open that never answers, at the start, ends the restoring, and the session appears when the storage is well', async ({
  start,
}) => {
  await breakAtTheStart(await start(), 'an open that never answers')
})

test('S11: a page whose local and session storage are blocked signs in and keeps its session', async ({
  start,
}) => {
  const scene = await start()
  await scene.context.addInitScript(storageFaults['local and session storage that are blocked'])
  const tab = await scene.signIn('/notes')
  await tab.page.reload()
  await tab.untilStatus('signed-in')
  expect(await tab.token({ forceRefresh: true })).toHaveProperty('fingerprint')
  // what the oracle looks into at the end is blocked in these pages
  await tab.page.close()
})

const losses = { 'is deleted': deleteDatabase, 'loses its object store': dropObjectStore }
for (const [what, lose] of Object.entries(losses))
  test(`S11: a database that ${what} in mid-session is written anew by the page that knows the session`, async ({
    start,
  }) => {
    const scene = await start()
    const tab = await scene.signIn()
    const other = await scene.openTab('/other')
    tab.forgetFacts()
    await tab.page.evaluate(lose, homeDatabase)
    scene.issuer.expireAccessTokens()
    const calls = await Promise.all([tab.call('notes'), other.call('notes')])
    expect(calls.map(({ status }) => status)).toEqual([200, 200])
    expect(scene.refreshes()).toHaveLength(1)
    expect(scene.issuer.reuseDetections).toBe(0)
    const next = await scene.openTab('/next')
    await next.untilStatus('signed-in')
    expect(tab.statuses()).not.toContain('signed-out')
  })

test('S11: a record of an older version is read, one of a newer version is used and left as it is', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.signIn()
  await tamperWithSession(tab.page, {
    changes: { v: 0, signOuts: null, minReader: null },
  })
  const older = await scene.openTab('/older')
  await older.untilStatus('signed-in')
  expect((await older.call('notes')).status).toBe(200)
  await tamperWithSession(tab.page, {
    changes: { v: 2, minReader: 2, signOuts: 0, fromTomorrow: true },
  })
  const newer = await scene.openTab('/newer')
  await newer.untilStatus('signed-in')
  expect((await newer.call('notes')).status).toBe(200)
  expect(await newer.token({ forceRefresh: true })).toMatchObject({
    error: { authCode: 'refresh-postponed', reason: 'newer-version' },
  })
  expect(scene.refreshRequests()).toEqual([])
})

test('S11: abandoned sign-ins leave twenty records at most, and what belongs to the app is not touched', async ({
  start,
}) => {
  await abandonSignIns(await start(), 30)
})

/** Runs in the page. */
function deleteDatabase(name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase(name)
    deleting.onsuccess = resolve
    deleting.onerror = reject
  })
}

/** Runs in the page. */
function dropObjectStore(name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, 99)
    opening.onupgradeneeded = () => opening.result.deleteObjectStore('records')
    opening.onsuccess = () => resolve(opening.result.close())
    opening.onerror = reject
  })
}
