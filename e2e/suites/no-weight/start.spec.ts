import { expect, test } from '../../support/test.js'

test('a page of a signed-in user needs nothing of the provider, and calls the API at once', async ({
  start,
}) => {
  const scene = await start()
  await scene.signIn()
  scene.issuer.clearEvents()
  const tab = await scene.openTab('/inbox')
  for (const via of ['axios', 'axios-fetch', 'fetch'] as const)
    expect((await tab.call({ url: 'notes', via })).status).toBe(200)
  expect(scene.issuer.events).toEqual([])
  expect(tab.statuses()).toEqual(['restoring', 'signed-in'])
})

test('calls with a valid token read no storage and take no lock', async ({ start }) => {
  const scene = await start()
  await scene.signIn()
  const tab = await scene.openTab('/', scene.context, (page) =>
    page.addInitScript(() => {
      const seen: string[] = []
      Object.assign(window, { seen })
      const watch = (of: object, name: string) => {
        const own = Reflect.get(of, name) as (...values: unknown[]) => unknown
        Reflect.set(of, name, function (this: unknown, ...values: unknown[]) {
          seen.push(name)
          return own.apply(this, values)
        })
      }
      watch(IDBDatabase.prototype, 'transaction')
      watch(IDBFactory.prototype, 'open')
      watch(LockManager.prototype, 'request')
      watch(LockManager.prototype, 'query')
      watch(Storage.prototype, 'getItem')
      watch(Storage.prototype, 'setItem')
      watch(BroadcastChannel.prototype, 'postMessage')
    }),
  )
  // with it the rest of the client has come, and has had its look into the store
  await tab.token({ forceRefresh: true })
  await tab.page.evaluate('seen.length = 0')
  for (const via of ['axios', 'axios-2', 'axios-fetch', 'fetch'] as const)
    await tab.calls(Array.from({ length: 10 }, () => ({ url: 'notes', via })))
  await tab.token()
  expect(await tab.page.evaluate('seen')).toEqual([])
  expect(scene.api.log).toHaveLength(40)
})

test('the protocol code is loaded after the first screen, or by who needs it', async ({
  start,
}) => {
  const scene = await start()
  await scene.signIn()
  const scripts: string[] = []
  const tab = await scene.openTab('/', scene.context, async (page) => {
    // no timer fires: what is loaded now is what the first screen loads
    await page.addInitScript(() => {
      window.setTimeout = (() => 0) as unknown as typeof setTimeout
    })
    page.on('request', (request) => {
      if (request.resourceType() === 'script') scripts.push(new URL(request.url()).pathname)
    })
  })
  await tab.untilStatus('signed-in')
  expect((await tab.call('notes')).status).toBe(200)
  expect(scripts.filter((path) => /protocol/.test(path))).toEqual([])
  await tab.token({ forceRefresh: true })
  expect(scripts.filter((path) => /protocol/.test(path))).toHaveLength(1)
})
