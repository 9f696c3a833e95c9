import { homeDatabase } from '../support/leak-oracle.js'
import { continueAs } from '../support/scene.js'
import { expect, test } from '../support/test.js'

test('a wrong issuer URL gives a typed error at sign-in, and the page stays usable', async ({
  start,
}) => {
  const scene = await start()
  for (const [issuer, status, code] of [
    [scene.foreign.origin, 200, 'issuer-mismatch'],
    [scene.foreign.origin, 404, 'discovery-failed'],
    ['http://127.0.0.1:9', 0, 'issuer-unreachable'],
  ] as const) {
    scene.foreign.answerWith(status)
    scene.configure({ issuer })
    const tab = await scene.openTab('/here?x=1')
    expect(await tab.signIn()).toMatchObject({ authCode: code })
    await tab.untilStatus('signed-out')
    await expect(tab.page).toHaveURL(`${scene.app.origin}/here?x=1`)
    expect((await tab.call('notes')).error?.authCode).toBe('sign-in-required')
    await tab.page.close()
  }
  // nothing was lost: with the right issuer it works
  scene.configure({ issuer: scene.proxy.origin })
  await scene.signIn()
})

test('an issuer that is down at start keeps nobody out who is signed in', async ({ start }) => {
  const scene = await start()
  const tab = await scene.signIn()
  await scene.proxy.goDown()
  tab.forgetFacts()
  await tab.page.reload()
  await tab.untilStatus('signed-in')
  expect((await tab.call('notes')).status).toBe(200)

  scene.issuer.expireAccessTokens()
  const { error } = await tab.call('notes')
  expect(error?.authCode).toBe('refresh-postponed')
  expect(await tab.state()).toMatchObject({ status: 'signed-in', refresh: 'waiting' })

  await scene.proxy.comeBack()
  await tab.page.evaluate(() => window.dispatchEvent(new Event('online')))
  await expect.poll(async () => (await tab.call('notes')).status).toBe(200)
  expect(scene.issuer.reuseDetections).toBe(0)
  expect(tab.statuses()).not.toContain('signed-out')
})

test('an issuer that is down when a user wants to sign in is named, and the next try works', async ({
  start,
}) => {
  const scene = await start()
  await scene.proxy.goDown()
  const tab = await scene.openTab()
  expect(await tab.signIn()).toMatchObject({ authCode: 'issuer-unreachable' })
  await tab.untilStatus('signed-out')
  await scene.proxy.comeBack()
  await tab.page.click('#sign-in')
  await continueAs(tab.page)
  await tab.untilStatus('signed-in')
})

test('a callback with an unknown state is refused with a typed error, and the URL is clean', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.openTab('/callback?code=made-up-code-0123456789&state=lk.made-up&x=1#h')
  await tab.untilStatus('signed-out')
  const state = await tab.state()
  expect(state).toMatchObject({ reason: 'never-signed-in', error: { code: 'state-unknown' } })
  expect(tab.page.url()).not.toContain('code=')
  expect(tab.page.url()).not.toContain('state=')
  expect(scene.issuer.tokenRequests).toEqual([])
  await tab.page.click('#sign-in')
  await continueAs(tab.page)
  await tab.untilStatus('signed-in')
})

test('a callback with an unknown state leaves a live session alone', async ({ start }) => {
  const scene = await start()
  await scene.signIn()
  scene.issuer.clearEvents()
  const tab = await scene.openTab('/callback?code=made-up-code-0123456789&state=lk.made-up')
  await tab.untilStatus('signed-in')
  expect(tab.statuses()).toEqual(['restoring', 'signed-in'])
  expect(tab.page.url()).not.toContain('code=')
  expect((await tab.call('notes')).status).toBe(200)
  expect(scene.issuer.events).toEqual([])
})

test('parameters of somebody else in the URL are left alone', async ({ start }) => {
  const scene = await start()
  for (const path of [
    '/stripe?code=x&state=y',
    '/callback?code=x&state=y',
    '/?error=e&state=lk.1',
  ]) {
    const tab = await scene.openTab(path)
    expect(tab.page.url()).toBe(scene.app.origin + path)
    expect(await tab.state()).toEqual({ status: 'signed-out', reason: 'never-signed-in' })
  }
  expect(scene.issuer.events).toEqual([])
})

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

test('a token response that is no JSON postpones the refresh and keeps the session', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.signIn()
  tab.forgetFacts()
  const fault = scene.issuer.faults.add('token', { kind: 'not-json' })
  scene.issuer.expireAccessTokens()
  const { error, status } = await tab.call('notes')
  expect(error).toMatchObject({ authCode: 'refresh-postponed', isAxiosError: true })
  expect(status).toBe(401)
  await tab.untilStatus('signed-in')
  fault.clear()
  await tab.page.evaluate(() => window.dispatchEvent(new Event('online')))
  await expect.poll(async () => (await tab.call('notes')).status).toBe(200)
  expect(tab.statuses()).not.toContain('signed-out')
})

test('a token response at sign-in that is no JSON gives a typed error, and the next try works', async ({
  start,
}) => {
  const scene = await start()
  scene.issuer.faults.add('token', { kind: 'not-json', times: 1 })
  const tab = await scene.openTab('/notes/7?q=1')
  await tab.page.click('#sign-in')
  await continueAs(tab.page)
  await tab.untilStatus('signed-out')
  expect(await tab.state()).toMatchObject({ error: { code: 'invalid-token-response' } })
  await expect(tab.page).toHaveURL(`${scene.app.origin}/notes/7?q=1`)
  await tab.page.click('#sign-in')
  await tab.untilStatus('signed-in')
})
