import { expect, test } from '../../support/test.js'

const fifty = Array.from({ length: 50 }, (_, index) => ({ url: `notes/${index}` }))

test('50 parallel calls with a refused token cause one refresh and get 50 answers', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.signIn()
  scene.issuer.expireAccessTokens()
  const results = await tab.calls(fifty)
  expect(results.map(({ status }) => status)).toEqual(fifty.map(() => 200))
  expect(scene.refreshRequests()).toHaveLength(1)
})

test('50 parallel calls with a token past its expiry cause one refresh before anything is sent', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.signIn()
  await tab.page.clock.install()
  await tab.page.clock.fastForward('02:00:00')
  const results = await tab.calls(fifty)
  expect(results.map(({ status }) => status)).toEqual(fifty.map(() => 200))
  expect(scene.refreshRequests()).toHaveLength(1)
  expect(scene.api.log).toHaveLength(50)
})

test('I-3: axios instances, the fetch twin and bare token requests share one refresh', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.signIn()
  const held = scene.issuer.faults.hold('token', { grantType: 'refresh_token' })
  scene.issuer.expireAccessTokens()
  const calls = tab.calls(
    (['axios', 'axios-2', 'axios-fetch', 'fetch'] as const).map((via) => ({ url: 'notes', via })),
  )
  await held.arrived
  const token = tab.token({ forceRefresh: true })
  await expect.poll(() => scene.api.log.length).toBe(4)
  held.release()
  expect((await calls).map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(await token).toEqual({ fingerprint: scene.api.log.at(-1)?.fingerprint })
  expect(scene.refreshRequests()).toHaveLength(1)
})

test('a 401 that arrives late, for a token already replaced, causes no second refresh', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.signIn()
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  scene.api.use(async ({ path, isAuthorized }) => {
    if (path === '/late' && !isAuthorized) await released
    return undefined
  })
  scene.issuer.expireAccessTokens()
  const late = tab.call('late')
  await expect.poll(() => scene.api.log.length).toBe(1)
  expect((await tab.call('notes')).status).toBe(200)
  release()
  expect((await late).status).toBe(200)
  expect(scene.refreshRequests()).toHaveLength(1)
  expect(scene.api.log.map(({ path, status }) => `${path} ${status}`)).toEqual([
    '/late 401',
    '/notes 401',
    '/notes 200',
    '/late 200',
  ])
})

test('an endpoint that always says 401 causes one refresh, and its 401 is handed through', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.signIn()
  scene.api.use(({ path }) => (path === '/forbidden' ? { status: 401, body: 'no' } : undefined))
  expect((await tab.call('notes')).status).toBe(200)
  for (let round = 0; round < 5; round++) expect((await tab.call('forbidden')).status).toBe(401)
  expect(scene.refreshRequests()).toHaveLength(1)
  // nor does it block the recovery of another endpoint
  scene.issuer.expireAccessTokens()
  expect((await tab.call('notes')).status).toBe(200)
  expect(scene.refreshRequests()).toHaveLength(2)
})
