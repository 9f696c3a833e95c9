import { continueAs } from '../../support/scene.js'
import { expect, test } from '../../support/test.js'

test('S9: a sign-out in one tab signs out all of them', async ({ start }) => {
  const scene = await start()
  const tabs = [await scene.signIn(), await scene.openTab(), await scene.openTab()]
  for (const tab of tabs) await tab.untilStatus('signed-in')
  expect(await tabs[1]!.signOut({ endSession: false })).toBeUndefined()
  for (const tab of tabs) {
    await tab.untilStatus('signed-out')
    expect(await tab.state()).toMatchObject({ reason: 'signed-out' })
    await expect.poll(() => tab.events('signed-out').length).toBe(1)
    expect((await tab.call('notes')).error?.authCode).toBe('sign-in-required')
  }
  await expect.poll(() => scene.issuer.counters.requests.revocation).toBe(1)
  expect(scene.api.log).toEqual([])
})

test('a sign-out ends the session at the provider too: signing in again asks who it is', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.signIn()
  await tab.page.click('#sign-out')
  await expect(tab.page).toHaveURL(`${scene.app.origin}/`)
  await tab.untilStatus('signed-out')
  await tab.page.click('#sign-in')
  await continueAs(tab.page, 'grace')
  await expect(tab.page.locator('#user')).toHaveText('Grace Hopper')
})
