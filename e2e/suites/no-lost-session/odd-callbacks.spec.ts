import { continueAs } from '../../support/scene.js'
import { expect, test } from '../../support/test.js'

test('a callback with an unknown state is refused with a typed error, and the URL is clean', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.openTab('/callback?code=made-up-code-0123456789&state=lk..made-up&x=1#h')
  await tab.untilStatus('signed-out')
  const state = await tab.state()
  expect(state).toMatchObject({ reason: 'never-signed-in', error: { code: 'state-unknown' } })
  expect(tab.page.url()).not.toContain('code=')
  expect(tab.page.url()).not.toContain('state=')
  expect(scene.issuer.tokenRequests).toEqual([])
  await tab.page.click('#sign-in')
  await continueAs(tab.page)
  await tab.untilStatus('signed-in')
})

test('a callback with an unknown state leaves a live session alone', async ({ start }) => {
  const scene = await start()
  await scene.signIn()
  scene.issuer.clearEvents()
  const tab = await scene.openTab('/callback?code=made-up-code-0123456789&state=lk..made-up')
  await tab.untilStatus('signed-in')
  expect(tab.statuses()).toEqual(['restoring', 'signed-in'])
  expect(tab.page.url()).not.toContain('code=')
  expect((await tab.call('notes')).status).toBe(200)
  expect(scene.issuer.events).toEqual([])
})

test('parameters of somebody else in the URL are left alone', async ({ start }) => {
  const scene = await start()
  for (const path of [
    '/stripe?code=x&state=y',
    '/callback?code=x&state=y',
    '/?error=e&state=lk..1',
  ]) {
    const tab = await scene.openTab(path)
    expect(tab.page.url()).toBe(scene.app.origin + path)
    expect(await tab.state()).toEqual({ status: 'signed-out', reason: 'never-signed-in' })
  }
  expect(scene.issuer.events).toEqual([])
})
