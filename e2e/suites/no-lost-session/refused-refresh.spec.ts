import { continueAs } from '../../support/scene.js'
import { expect, test } from '../../support/test.js'

test('a refused refresh ends the session once in every tab, and the user can sign in again', async ({
  start,
}) => {
  const scene = await start()
  const tabs = [await scene.signIn(), await scene.openTab(), await scene.openTab()]
  for (const tab of tabs) await tab.untilStatus('signed-in')
  scene.issuer.revokeSession('ada')
  const results = await Promise.all(tabs.map((tab) => tab.call('notes')))
  expect(results.map(({ error }) => error?.authCode)).toEqual(
    tabs.map(() => 'refresh-token-refused'),
  )
  for (const tab of tabs) {
    await tab.untilStatus('signed-out')
    expect(await tab.state()).toMatchObject({ reason: 'session-ended' })
    expect(tab.events('session-ended')).toMatchObject([{ reason: 'refresh-token-refused' }])
  }
  expect(scene.refreshRequests()).toHaveLength(1)

  const [first] = tabs
  await first!.page.click('#sign-in')
  await first!.page
    .getByRole('button', { name: 'Continue as Ada Lovelace' })
    .or(first!.page.locator('#status', { hasText: 'signed-in' }))
    .waitFor()
  if (!first!.page.url().startsWith(scene.app.origin)) await continueAs(first!.page)
  for (const tab of tabs) {
    await tab.untilStatus('signed-in')
    expect((await tab.call('notes')).status).toBe(200)
    expect(tab.events('session-ended')).toHaveLength(1)
  }
})
