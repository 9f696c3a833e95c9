import type { CDPSession } from '@playwright/test'
import { runClockUntil } from '../../support/run-clock.js'
import type { Tab } from '../../support/tab.js'
import { expect, test } from '../../support/test.js'

test('S4: after a night asleep, with the network late, two tabs send twenty calls with one refresh', async ({
  start,
}) => {
  const scene = await start({ client: { proactiveRefresh: true } })
  const tabs = [
    await scene.signIn(),
    await scene.openTab('/2'),
    await scene.openTab('/3'),
    await scene.openTab('/4'),
  ]
  for (const tab of tabs) await tab.page.clock.install()
  scene.api.clearLog()
  scene.issuer.clearEvents()
  const sessions: CDPSession[] = []
  for (const tab of tabs) {
    const session = await tab.cdp()
    await session.send('Page.setWebLifecycleState', { state: 'frozen' })
    sessions.push(session)
  }
  // no network yet when the lid is opened
  await scene.context.setOffline(true)
  for (const tab of tabs) await tab.page.clock.setSystemTime(Date.now() + 8 * 3_600_000)
  scene.issuer.expireAccessTokens()
  for (const session of sessions)
    await session.send('Page.setWebLifecycleState', { state: 'active' })
  for (const tab of tabs) await tab.untilStatus('signed-in')
  expect((await tabs[3]!.call('early')).error?.authCode).toBe('refresh-postponed')
  await scene.context.setOffline(false)

  const calls = await Promise.all(
    tabs.slice(0, 2).map((tab) => {
      const ten = Array.from({ length: 10 }, (_, index) => ({ url: `notes/${index}` }))
      return tab.calls(ten)
    }),
  )
  expect(calls.flat().map(({ status }) => status)).toEqual(Array(20).fill(200))
  expect(scene.api.log.filter(({ isAuthorized }) => !isAuthorized)).toEqual([])
  expect(scene.refreshRequests().map(({ result }) => result)).toEqual(['granted'])
  expect(scene.issuer.events.filter(({ path }) => path === '/authorize')).toEqual([])
})

test('S4: coming back at any point of a token life leaves a renewal armed', async ({ start }) => {
  const scene = await start({ client: { proactiveRefresh: true } })
  const tab = await scene.signIn()
  await tab.page.clock.install()
  const lifeMs = 3_600_000
  for (let percent = 5; percent <= 95; percent += 10) {
    const before = scene.refreshes().length
    await setVisibility(tab, 'hidden')
    await tab.page.clock.fastForward((lifeMs * percent) / 100)
    await setVisibility(tab, 'visible')
    // within what is left of the life
    await tab.page.clock.fastForward((lifeMs * (100 - percent)) / 100 - 5000)
    await runClockUntil(
      tab.page,
      expect.poll(() => scene.refreshes().length, `back at ${percent} %`).toBe(before + 1),
    )
  }
})

test('S4: a hidden tab refreshes for nobody', async ({ start }) => {
  const scene = await start({ client: { proactiveRefresh: true } })
  const tab = await scene.signIn()
  await tab.page.clock.install()
  await setVisibility(tab, 'hidden')
  for (let hour = 0; hour < 10; hour++) {
    await tab.page.clock.fastForward(3_600_000)
    await tab.page.clock.runFor(10_000)
  }
  expect(scene.refreshRequests()).toEqual([])
  expect((await tab.call('notes')).status).toBe(200)
  expect(scene.refreshRequests()).toHaveLength(1)
})

test('S4: a clock that is set back by a day neither loses the session nor stops refreshes', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.signIn()
  await tab.page.clock.install()
  await tab.page.clock.setSystemTime(Date.now() - 24 * 3_600_000)
  expect((await tab.call('notes')).status).toBe(200)
  scene.issuer.expireAccessTokens()
  expect((await tab.call('notes')).status).toBe(200)
  await tab.page.clock.setSystemTime(Date.now() + 48 * 3_600_000)
  expect((await tab.call('notes')).status).toBe(200)
  await tab.untilStatus('signed-in')
  expect(scene.refreshRequests().length).toBeLessThanOrEqual(4)
  expect(tab.events('session-ended')).toEqual([])
})

async function setVisibility(tab: Tab, state: DocumentVisibilityState): Promise<void> {
  await tab.page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, state)
}
