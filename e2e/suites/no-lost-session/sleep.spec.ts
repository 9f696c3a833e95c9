import { runClockUntil } from '../../support/run-clock.js'
import { hide, show, sleepOvernight } from '../../support/sleep.js'
import { expect, test } from '../../support/test.js'

test('S4: after a night asleep, with the network late, two tabs send twenty calls with one refresh', async ({
  start,
}) => {
  await sleepOvernight(await start({ client: { proactiveRefresh: true } }))
})

test('S4: coming back at any point of a token life leaves a renewal armed', async ({ start }) => {
  const scene = await start({ client: { proactiveRefresh: true } })
  const tab = await scene.signIn()
  await tab.page.clock.install()
  const lifeMs = 3_600_000
  for (let percent = 5; percent <= 95; percent += 30) {
    const before = scene.refreshes().length
    await hide(tab)
    await tab.page.clock.fastForward((lifeMs * percent) / 100)
    await show(tab)
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
  await hide(tab)
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
