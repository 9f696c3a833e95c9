import { readHomeDatabase } from '../../support/home-database.js'
import { holds, secretsOf } from '../../support/secrets.js'
import type { Scene } from '../../support/scene.js'
import type { Tab } from '../../support/tab.js'
import { expect, test } from '../../support/test.js'

test('S9: a sign-out wins over a refresh under way, queued calls, hidden, frozen and cached pages', async ({
  startInRealTabs,
}) => {
  const scene = await startInRealTabs()
  const cached = await scene.signIn('/cached')
  await cached.page.goto(`${scene.foreign.origin}/elsewhere`)
  const frozen = await scene.openTab('/frozen')
  const refreshing = await scene.openTab('/refreshing')
  const visible = await scene.openTab('/visible')
  const lifecycle = await frozen.cdp()
  await lifecycle.send('Page.setWebLifecycleState', { state: 'frozen' })
  const held = scene.issuer.faults.hold('token', { when: 'after', grantType: 'refresh_token' })
  scene.issuer.expireAccessTokens()
  const queued = refreshing.calls(
    Array.from({ length: 10 }, (_, index) => ({ url: `queued/${index}` })),
  )
  await held.arrived
  await expect.poll(() => scene.api.log.length).toBe(10)

  expect(await visible.signOut({ endSession: false })).toBeUndefined()
  for (const tab of [visible, refreshing]) {
    await tab.untilStatus('signed-out')
    await expect(tab.page.locator('#user')).toHaveText('')
  }
  const results = await queued
  expect(results.map(({ error }) => error?.authCode)).toEqual(results.map(() => 'sign-in-required'))
  // the answer comes too late: it is not stored, and what it brought is revoked
  held.release()
  await expect.poll(() => revocations(scene)).toBe(2)

  const loaded = starts(cached)
  // the cached page sleeps soundly; what a frozen one hears is the browser's to say
  expect(cached.statuses().at(-1)).toBe('signed-in')
  const thaw = {
    frozen: () => lifecycle.send('Page.setWebLifecycleState', { state: 'active' }),
    cached: () => cached.page.evaluate(() => history.back()).catch(() => {}),
  }
  for (const [tab, wake] of [
    [frozen, thaw.frozen],
    [cached, thaw.cached],
  ] as const) {
    const before = tab.statuses().length
    await wake()
    await tab.page.bringToFront()
    await tab.untilStatus('signed-out')
    // at no moment does it show the user again
    expect(tab.statuses().slice(before)).not.toContain('signed-in')
  }
  // it came back from the cache, and was not loaded again
  expect(starts(cached)).toBe(loaded)
  for (const tab of [visible, refreshing, frozen, cached]) {
    expect((await tab.call('notes')).error?.authCode).toBe('sign-in-required')
    expect(tab.events('signed-out')).toHaveLength(1)
  }
  expect(scene.api.log).toHaveLength(10)
  await expectNoTokens(scene, visible)
})

test('S9: a sign-out works while the provider cannot be reached', async ({ start }) => {
  const scene = await start()
  const [first, second] = [await scene.signIn(), await scene.openTab()]
  await scene.proxy.goDown()
  // this tab leaves for the provider, and does not get there
  await first.page.click('#sign-out')
  await second.untilStatus('signed-out')
  await expectNoTokens(scene, second)
  const later = await scene.openTab('/later')
  expect(await later.state()).toMatchObject({ status: 'signed-out' })
  await scene.proxy.comeBack()
})

test('S9: a sign-in that comes back after a sign-out in another tab is a new session, and only its own', async ({
  start,
}) => {
  const scene = await start()
  const first = await scene.signIn()
  const second = await scene.openTab()
  await first.signOut({ endSession: false })
  await second.untilStatus('signed-out')
  await second.page.click('#sign-in')
  for (const tab of [first, second]) {
    await tab.untilStatus('signed-in')
    expect((await tab.call('notes')).status).toBe(200)
  }
})

function starts(tab: Tab): number {
  return tab.facts().filter(({ kind }) => kind === 'ready').length
}

async function expectNoTokens(scene: Scene, tab: Tab): Promise<void> {
  const stored = await readHomeDatabase(tab.page)
  const tokens = secretsOf(scene.proxy.exchanges).filter(({ kind }) => kind.endsWith('token'))
  expect(tokens.filter((token) => holds(stored, token)).map(({ kind }) => kind)).toEqual([])
}

function revocations(scene: Scene): number {
  return scene.issuer.events.filter(
    ({ endpoint, method, status }) =>
      endpoint === 'revocation' && method === 'POST' && status === 200,
  ).length
}
