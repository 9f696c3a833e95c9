import { runClockUntil } from '../../support/run-clock.js'
import { hide, show, sleepOvernight } from '../../support/sleep.js'
import { expect, test } from '../../support/test.js'

test('S4: after a night asleep twenty calls of two tabs succeed within 2 s of the network, with one refresh', async ({
  start,
}) => {
  const scene = await start({ client: { proactiveRefresh: true } })
  const { settledAfterMs } = await sleepOvernight(scene)
  expect(settledAfterMs).toBeLessThanOrEqual(2000)
})

test('S4: coming back at every twentieth of a token life leaves a renewal armed', async ({
  start,
}) => {
  const scene = await start({ client: { proactiveRefresh: true } })
  const tab = await scene.signIn()
  await tab.page.clock.install()
  const lifeMs = 3_600_000
  for (let percent = 5; percent <= 100; percent += 5) {
    const before = scene.refreshes().length
    await hide(tab)
    await tab.page.clock.fastForward((lifeMs * percent) / 100)
    await show(tab)
    // within what is left of the life
    await tab.page.clock.fastForward(Math.max(0, (lifeMs * (100 - percent)) / 100 - 5000))
    await runClockUntil(
      tab.page,
      expect.poll(() => scene.refreshes().length, `back at ${percent} %`).toBe(before + 1),
    )
  }
})

test('S4: ten minutes hidden give no more refreshes than expiries', async ({ start }) => {
  const scene = await start({
    issuer: { accessTokenLifetimeSeconds: 60 },
    client: { proactiveRefresh: true },
  })
  const tab = await scene.signIn()
  await tab.page.clock.install()
  await hide(tab)
  for (let minute = 0; minute < 10; minute++) {
    for (let part = 0; part < 6; part++) await tab.page.clock.runFor(10_000)
    await tab.call('notes')
  }
  expect(scene.refreshRequests().length).toBeLessThanOrEqual(10)
  expect(scene.refreshRequests().filter(({ result }) => result !== 'granted')).toEqual([])
})
