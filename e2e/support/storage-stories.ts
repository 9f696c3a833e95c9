// What a broken storage must not cost, told for any fault (SCENARIOS S11).
import { expect } from '@playwright/test'
import { homeDatabase } from './leak-oracle.js'
import type { Scene } from './scene.js'
import { breakAtStart, breakNow, heal, type StorageFault } from './storage-faults.js'

/** The storage of a signed-in page breaks, and is well again later. */
export async function breakWhileSignedIn(scene: Scene, fault: StorageFault): Promise<void> {
  const tab = await scene.signIn()
  await tab.call('notes')
  tab.forgetFacts()
  await breakNow(tab.page, fault)
  // a valid token needs no storage
  expect((await tab.call('notes')).status).toBe(200)
  scene.issuer.expireAccessTokens()
  expect((await tab.call('notes')).status).toBe(200)
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
}

/** The storage is broken when a page starts. Gives how long `ready` took, in ms. */
export async function breakAtTheStart(scene: Scene, fault: StorageFault): Promise<number> {
  await scene.signIn()
  const tab = await scene.openTab('/', scene.context, (page) => breakAtStart(page, fault))
  await tab.untilStatus('signed-out')
  const ready = tab.facts().filter(({ kind }) => kind === 'ready')
  expect(ready).toHaveLength(1)
  expect(tab.events('storage-failed').length).toBeGreaterThan(0)
  await heal(tab.page)
  await tab.untilStatus('signed-in')
  expect((await tab.call('notes')).status).toBe(200)
  return Number(ready[0]?.detail)
}

/** Sign-ins that never come back. */
export async function abandonSignIns(scene: Scene, count: number): Promise<void> {
  const tab = await scene.openTab('/')
  await tab.page.evaluate(() => {
    localStorage.setItem('app', 'mine')
    sessionStorage.setItem('app', 'mine')
  })
  await tab.page.route(`${scene.proxy.origin}/authorize*`, (route) => route.abort('aborted'))
  for (let attempt = 0; attempt < count; attempt++) {
    const gone = tab.page.waitForRequest(`${scene.proxy.origin}/authorize*`)
    await tab.page.click('#sign-in')
    await gone
  }
  const counts = await tab.page.evaluate(countRecords, homeDatabase)
  expect(counts.pending).toBeGreaterThan(0)
  expect(counts.pending).toBeLessThanOrEqual(20)
  expect(counts.records).toBeLessThanOrEqual(3)
  expect(counts.app).toEqual(['mine', 'mine'])
}

async function countRecords(name: string) {
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
  return {
    pending: (JSON.stringify(values).match(/"codeVerifier"/g) ?? []).length,
    records: values.length,
    app: [localStorage.getItem('app'), sessionStorage.getItem('app')],
  }
}
