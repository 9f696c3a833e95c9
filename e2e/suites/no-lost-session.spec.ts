import { continueAs } from '../support/scene.js'
import { expect, test } from '../support/test.js'

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
