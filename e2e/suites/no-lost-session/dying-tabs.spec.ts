import { deaths, doomTab, fatalMoments, harmlessMoments } from '../../support/dying-tabs.js'
import { expectEndOnce, expectHarmless, expectSurvival } from '../../support/tab-deaths.js'
import { expect, test } from '../../support/test.js'

for (const [index, moment] of harmlessMoments.entries())
  test(`S2: a tab that ends ${moment} costs nothing, without any grace`, async ({ start }) => {
    const scene = await start()
    const tabs = [await scene.signIn('/first'), await scene.openTab('/second')]
    await expectHarmless(scene, tabs, moment, deaths[index]!)
  })

for (const [index, moment] of fatalMoments.entries())
  test(`S2: a tab that ends ${moment} costs no session within the grace, and without ends it once in every tab`, async ({
    start,
  }) => {
    const scene = await start({ issuer: { refreshTokenGraceSeconds: 600 } })
    const tabs = [await scene.signIn('/a/b?c=d#e'), await scene.openTab('/second')]
    await expectSurvival(scene, tabs, moment, deaths[index + 1]!)
    scene.issuer.setRefreshTokenGrace(0)
    await expectEndOnce(scene, tabs, moment, deaths[index]!)
  })

test('S2: the only tab that is closed before the answer goes on when it is opened again, if the refresh token still works, else ends the session once', async ({
  start,
}) => {
  const scene = await start({ issuer: { refreshTokenGraceSeconds: 600 } })
  let closing = await scene.signIn()
  for (const moment of ['before it is sent', 'before the answer'] as const) {
    const doomed = await doomTab(scene, moment, 'closed', { closing })
    await doomed.arrived
    await doomed.die()
    closing = await scene.openTab('/again')
    expect(await closing.token({ forceRefresh: true }), moment).toHaveProperty('fingerprint')
  }
  scene.issuer.setRefreshTokenGrace(0)
  const doomed = await doomTab(scene, 'before the answer', 'closed', { closing })
  await doomed.arrived
  await doomed.die()
  const last = await scene.openTab('/last?q#h')
  expect(await last.token({ forceRefresh: true })).toMatchObject({
    error: { authCode: 'refresh-token-refused' },
  })
  expect(last.events('session-ended')).toMatchObject([{ reason: 'refresh-token-refused' }])
  await last.page.click('#sign-in')
  await last.untilStatus('signed-in')
  await expect(last.page).toHaveURL(`${scene.app.origin}/last?q#h`)
})
