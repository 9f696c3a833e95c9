import { continueAs } from '../../support/scene.js'
import { expect, test } from '../../support/test.js'

test('a user signs in and comes back to the deep link they came from', async ({ start }) => {
  const scene = await start()
  const tab = await scene.openTab('/notes/7?filter=open&q=a%20b#part-2')
  await tab.page.click('#sign-in')
  await continueAs(tab.page)
  await tab.untilStatus('signed-in')
  await expect(tab.page).toHaveURL(`${scene.app.origin}/notes/7?filter=open&q=a%20b#part-2`)
  await expect(tab.page.locator('#user')).toHaveText('Ada Lovelace')
  expect(scene.issuer.counters.codeGrants).toBe(1)
})

test('a reload keeps the session without any request to the provider', async ({ start }) => {
  const scene = await start()
  const tab = await scene.signIn('/inbox')
  scene.issuer.clearEvents()
  await tab.page.reload()
  await tab.untilStatus('signed-in')
  expect((await tab.call('notes')).status).toBe(200)
  expect(scene.issuer.events).toEqual([])
})

test('a third tab opened later is signed in, without any request to the provider', async ({
  start,
}) => {
  const scene = await start()
  const first = await scene.signIn()
  await scene.openTab()
  await first.token({ forceRefresh: true })
  scene.issuer.clearEvents()
  const third = await scene.openTab('/elsewhere')
  await third.untilStatus('signed-in')
  expect(third.statuses()).toEqual(['restoring', 'signed-in'])
  expect((await third.call('notes')).status).toBe(200)
  expect(scene.issuer.events).toEqual([])
})
