import { expect, test } from '../../support/test.js'

test('two tabs that need a token at the same moment cause one refresh, and both go on', async ({
  start,
}) => {
  const scene = await start()
  const first = await scene.signIn()
  const second = await scene.openTab()
  const held = scene.issuer.faults.hold('token', { grantType: 'refresh_token' })
  scene.issuer.expireAccessTokens()
  const calls = Promise.all([first.call('notes'), second.call('notes')])
  await held.arrived
  // both were refused before the one refresh is answered
  await expect.poll(() => scene.api.log.length).toBe(2)
  held.release()
  expect((await calls).map(({ status }) => status)).toEqual([200, 200])
  expect(scene.refreshRequests()).toHaveLength(1)
  expect(scene.issuer.reuseDetections).toBe(0)
})

test('F9, INV8: eight tabs cause one refresh, ten times in a row', async ({ start }) => {
  const scene = await start()
  const tabs = [await scene.signIn()]
  while (tabs.length < 8) tabs.push(await scene.openTab())
  for (const tab of tabs) expect((await tab.call('notes')).status).toBe(200)
  for (let round = 1; round <= 10; round++) {
    scene.issuer.expireAccessTokens()
    const results = await Promise.all(tabs.map((tab) => tab.call('notes')))
    expect(results.map(({ status }) => status)).toEqual(tabs.map(() => 200))
    expect(scene.refreshRequests()).toHaveLength(round)
  }
  expect(scene.refreshes().map((event) => event.refreshTokenGeneration)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ])
  expect(scene.issuer.reuseDetections).toBe(0)
})

test('a refreshed token reaches all tabs, which then send nothing to the provider', async ({
  start,
}) => {
  const scene = await start()
  const tabs = [await scene.signIn(), await scene.openTab(), await scene.openTab()]
  const [first] = tabs
  const token = await first!.token({ forceRefresh: true })
  for (const tab of tabs) {
    await expect.poll(() => tab.events('token-refreshed').length).toBe(1)
    expect(await tab.token()).toEqual(token)
  }
  expect(tabs.map((tab) => tab.events('token-refreshed')[0]?.['by'])).toEqual([
    'this-tab',
    'another-tab',
    'another-tab',
  ])
  const generations = tabs.map((tab) => tab.events('token-refreshed')[0]?.['generation'])
  expect(new Set(generations).size).toBe(1)
  expect(scene.refreshRequests()).toHaveLength(1)
})
