import { tamperWithSession } from '../../support/home-database.js'
import { homeDatabase } from '../../support/leak-oracle.js'
import {
  breakAtStart,
  breakNow,
  heal,
  storageFaults,
  type StorageFault,
} from '../../support/storage-faults.js'
import { expect, test } from '../../support/test.js'

const faults = Object.keys(storageFaults) as StorageFault[]

for (const fault of faults)
  test(`S11: ${fault}, in a page that is signed in, costs it nothing; what it got meanwhile is stored later`, async ({
    start,
  }) => {
    const scene = await start()
    const tab = await scene.signIn()
    await tab.call('notes')
    tab.forgetFacts()
    await breakNow(tab.page, fault)
    // a valid token needs no storage
    expect((await tab.call('notes')).status).toBe(200)
    scene.issuer.expireAccessTokens()
    expect(await tab.call('notes')).toMatchObject({ status: 200 })
    expect(scene.refreshRequests()).toHaveLength(1)
    expect(await tab.state()).toMatchObject({
      status: 'signed-in',
      persistence: fault.startsWith('local') ? 'indexeddb' : 'memory',
    })

    await heal(tab.page)
    await expect.poll(() => tab.state()).toMatchObject({ persistence: 'indexeddb' })
    const token = await tab.token()
    const next = await scene.openTab('/next')
    await next.untilStatus('signed-in')
    expect(await next.token()).toEqual(token)
    expect(await next.token({ forceRefresh: true })).toHaveProperty('fingerprint')
    expect(scene.issuer.reuseDetections).toBe(0)
    expect(tab.statuses().filter((status) => status !== 'signed-in')).toEqual([])
  })

for (const fault of ['an open that never answers', 'an open that is refused'] as const)
  test(`S11: ${fault}, at the start, ends the restoring in time, and the session appears when the storage is well`, async ({
    start,
  }) => {
    const scene = await start()
    await scene.signIn()
    const tab = await scene.openTab('/', scene.context, (page) => breakAtStart(page, fault))
    await tab.untilStatus('signed-out')
    expect(tab.facts().filter(({ kind }) => kind === 'ready')).toHaveLength(1)
    expect(tab.events('storage-failed').length).toBeGreaterThan(0)
    await heal(tab.page)
    await tab.untilStatus('signed-in')
    expect((await tab.call('notes')).status).toBe(200)
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

test('S11: a database that is deleted in mid-session is written anew by the page that knows the session', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.signIn()
  const other = await scene.openTab('/other')
  tab.forgetFacts()
  await tab.page.evaluate(
    (name) =>
      new Promise((resolve, reject) => {
        const deleting = indexedDB.deleteDatabase(name)
        deleting.onsuccess = resolve
        deleting.onerror = reject
      }),
    homeDatabase,
  )
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

test('S11: fifty abandoned sign-ins leave twenty records at most, and what belongs to the app is not touched', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.openTab('/')
  await tab.page.evaluate(() => {
    localStorage.setItem('app', 'mine')
    sessionStorage.setItem('app', 'mine')
  })
  await tab.page.route(`${scene.proxy.origin}/authorize*`, (route) => route.abort('aborted'))
  for (let attempt = 0; attempt < 50; attempt++) {
    const gone = tab.page.waitForRequest(`${scene.proxy.origin}/authorize*`)
    await tab.page.click('#sign-in')
    await gone
  }
  const counts = await tab.page.evaluate(async (name) => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open(name)
      opening.onsuccess = () => resolve(opening.result)
    })
    const store = database.transaction('records').objectStore('records')
    const values = await new Promise<unknown[]>((resolve) => {
      const reading = store.getAll()
      reading.onsuccess = () => resolve(reading.result as unknown[])
    })
    database.close()
    const states = JSON.stringify(values).match(/"codeVerifier"/g) ?? []
    return {
      pending: states.length,
      records: values.length,
      app: [localStorage.getItem('app'), sessionStorage.getItem('app')],
    }
  }, homeDatabase)
  expect(counts.pending).toBeLessThanOrEqual(20)
  expect(counts.pending).toBeGreaterThan(0)
  expect(counts.records).toBeLessThanOrEqual(3)
  expect(counts.app).toEqual(['mine', 'mine'])
})
