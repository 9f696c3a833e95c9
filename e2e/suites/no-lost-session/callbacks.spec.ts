import { continueAs, type Scene } from '../../support/scene.js'
import { finishThreeSignIns } from '../../support/three-sign-ins.js'
import { expect, test } from '../../support/test.js'

test('S7: a reload of the callback, and its address in a new tab, just go on', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.signIn('/notes?a=1#b')
  const address = callbackAddress(scene)
  tab.forgetFacts()
  await tab.page.goto(address)
  await tab.untilStatus('signed-in')
  const other = await scene.openTab(address.slice(scene.app.origin.length))
  await other.untilStatus('signed-in')
  for (const { page, statuses, facts } of [tab, other]) {
    expect(statuses()).toEqual(['restoring', 'signed-in'])
    expect(page.url()).not.toMatch(/code=|state=|iss=/)
    // already when the client has been created
    const [first] = facts().filter(({ kind }) => kind === 'url')
    expect(first?.detail).not.toMatch(/code=|state=|iss=/)
  }
  expect(codeGrants(scene)).toBe(1)
})

test('S7: Back to the provider and forward again finds the user signed in', async ({ start }) => {
  const scene = await start()
  const tab = await scene.signIn('/notes')
  tab.forgetFacts()
  await tab.page.goBack({ waitUntil: 'commit' })
  await tab.page.goto(`${scene.app.origin}/notes`)
  await tab.untilStatus('signed-in')
  await tab.page.goBack({ waitUntil: 'commit' }).catch(() => {})
  await tab.page.goForward({ waitUntil: 'commit' }).catch(() => {})
  await tab.page.goto(`${scene.app.origin}/notes`)
  await tab.untilStatus('signed-in')
  expect(tab.statuses()).not.toContain('signed-out')
  expect((await tab.call('notes')).status).toBe(200)
})

test('S7: three tabs that sign in at once and finish in another order all end signed in', async ({
  start,
}) => {
  await finishThreeSignIns(await start(), [2, 0, 1])
})

test('S7: an unknown state without a session starts no sign-in by itself', async ({ start }) => {
  const scene = await start()
  const tab = await scene.signIn('/notes')
  const address = callbackAddress(scene)
  await tab.signOut({ endSession: false })
  scene.issuer.clearEvents()
  await tab.page.goto(address)
  await tab.untilStatus('signed-out')
  expect(await tab.state()).toMatchObject({ error: { code: 'state-unknown' } })
  expect(scene.issuer.events.filter(({ path }) => path === '/authorize')).toEqual([])
  expect(codeGrants(scene)).toBe(0)
})

test('a user who cancels at the provider comes back to a typed refusal, and is asked again when they want', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.openTab('/notes?a=1')
  await tab.page.click('#sign-in')
  await tab.page.getByRole('link', { name: 'Cancel' }).click()
  await tab.untilStatus('signed-out')
  await expect(tab.page).toHaveURL(`${scene.app.origin}/notes?a=1`)
  expect(await tab.state()).toMatchObject({ error: { code: 'access-denied' } })
  await tab.page.click('#sign-in')
  await continueAs(tab.page)
  await tab.untilStatus('signed-in')
})

function callbackAddress({ oracle, app }: Scene): string {
  const found = oracle.requests.find(({ url }) => url.startsWith(`${app.origin}/callback?`))
  return found?.url ?? ''
}

function codeGrants({ issuer }: Scene): number {
  return issuer.tokenRequests.filter(({ grantType }) => grantType === 'authorization_code').length
}
