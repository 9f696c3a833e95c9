import { deaths, doomTab, moments } from '../../support/dying-tabs.js'
import { expect, test } from '../../support/test.js'

for (const moment of moments)
  test(`S2: a tab that ends ${moment} of its refresh costs no session, if the refresh token may be used again`, async ({
    start,
  }) => {
    const scene = await start({ issuer: { refreshTokenGraceSeconds: 600 } })
    const tabs = [await scene.signIn('/first'), await scene.openTab('/second')]
    for (const death of deaths) {
      scene.issuer.clearEvents()
      const doomed = await doomTab(scene, moment, death)
      await doomed.arrived
      const calls = Promise.all(tabs.map((tab) => tab.call('notes')))
      await doomed.die()
      expect((await calls).map(({ status }) => status)).toEqual([200, 200])
      // without an answer the old refresh token is used once more, and only once
      const reused = scene.refreshRequests().filter(({ reuse }) => reuse === 'within-grace')
      expect(reused, death).toHaveLength(moment === 'before it is sent' ? 0 : 1)
      expect(scene.issuer.reuseDetections).toBe(0)
    }
    for (const tab of tabs) expect(tab.events('session-ended')).toEqual([])
  })

for (const moment of moments.slice(1))
  test(`S2: without grace, a tab that ends ${moment} of its refresh ends the session once in every tab`, async ({
    start,
  }) => {
    const scene = await start()
    const tabs = [await scene.signIn('/a/b?c=d#e'), await scene.openTab('/second')]
    for (const death of deaths) {
      scene.issuer.clearEvents()
      for (const tab of tabs) tab.forgetFacts()
      const doomed = await doomTab(scene, moment, death)
      await doomed.arrived
      const calls = Promise.all(tabs.map((tab) => tab.call('notes')))
      await doomed.die()
      expect((await calls).map(({ error }) => error?.authCode)).toEqual([
        'refresh-token-refused',
        'refresh-token-refused',
      ])
      for (const tab of tabs) {
        await tab.untilStatus('signed-out')
        expect(tab.events('session-ended')).toHaveLength(1)
      }
      // the dead refresh token was tried once more, by one tab for all
      expect(scene.refreshRequests().map(({ result }) => result)).toEqual([
        'granted',
        'invalid_grant',
      ])
      const [first] = tabs
      await first!.page.click('#sign-in')
      await first!.untilStatus('signed-in')
      await expect(first!.page).toHaveURL(`${scene.app.origin}/a/b?c=d#e`)
      for (const tab of tabs) await tab.untilStatus('signed-in')
    }
  })

test('S2: the only tab that is closed before its refresh is sent loses nothing', async ({
  start,
}) => {
  const scene = await start()
  const doomed = await doomTab(scene, 'before it is sent', 'closed', await scene.signIn())
  await doomed.arrived
  await doomed.die()
  const next = await scene.openTab('/again')
  await next.untilStatus('signed-in')
  expect((await next.call('notes')).status).toBe(200)
  expect(scene.refreshRequests().map(({ result }) => result)).toEqual(['granted'])
})

test('S2: the only tab that is closed before the answer goes on within the grace, and ends the session once without', async ({
  start,
}) => {
  const scene = await start({ issuer: { refreshTokenGraceSeconds: 600 } })
  let doomed = await doomTab(scene, 'before the answer', 'closed', await scene.signIn())
  await doomed.arrived
  await doomed.die()
  const next = await scene.openTab('/again')
  expect((await next.call('notes')).status).toBe(200)

  scene.issuer.setRefreshTokenGrace(0)
  doomed = await doomTab(scene, 'before the answer', 'closed', next)
  await doomed.arrived
  await doomed.die()
  const last = await scene.openTab('/last?q#h')
  expect((await last.call('notes')).error?.authCode).toBe('refresh-token-refused')
  expect(last.events('session-ended')).toMatchObject([{ reason: 'refresh-token-refused' }])
  await last.page.click('#sign-in')
  await last.untilStatus('signed-in')
  await expect(last.page).toHaveURL(`${scene.app.origin}/last?q#h`)
})
