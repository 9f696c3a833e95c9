import { continueAs } from '../../support/scene.js'
import { expect, test } from '../../support/test.js'

test('a wrong issuer URL gives a typed error at sign-in, and the page stays usable', async ({
  start,
}) => {
  const scene = await start()
  for (const [issuer, status, code] of [
    [scene.foreign.origin, 200, 'discovery-failed'],
    [scene.proxy.origin.replace('127.0.0.1', 'localhost'), 200, 'issuer-mismatch'],
    [scene.foreign.origin, 404, 'discovery-failed'],
    ['http://127.0.0.1:9', 0, 'issuer-unreachable'],
  ] as const) {
    scene.foreign.answerWith(status)
    scene.configure({ issuer })
    const tab = await scene.openTab('/here?x=1')
    expect(await tab.signIn()).toMatchObject({ authCode: code })
    await tab.untilStatus('signed-out')
    await expect(tab.page).toHaveURL(`${scene.app.origin}/here?x=1`)
    expect((await tab.call('notes')).error?.authCode).toBe('sign-in-required')
    await tab.page.close()
  }
  // nothing was lost: with the right issuer it works
  scene.configure({ issuer: scene.proxy.origin })
  await scene.signIn()
})

test('an issuer that is down at start keeps nobody out who is signed in', async ({ start }) => {
  const scene = await start()
  const tab = await scene.signIn()
  await scene.proxy.goDown()
  tab.forgetFacts()
  await tab.page.reload()
  await tab.untilStatus('signed-in')
  expect((await tab.call('notes')).status).toBe(200)

  scene.issuer.expireAccessTokens()
  const { error } = await tab.call('notes')
  expect(error?.authCode).toBe('refresh-postponed')
  expect(await tab.state()).toMatchObject({ status: 'signed-in', refresh: 'waiting' })

  await scene.proxy.comeBack()
  await tab.tellOnline()
  await expect.poll(async () => (await tab.call('notes')).status).toBe(200)
  expect(scene.issuer.reuseDetections).toBe(0)
  expect(tab.statuses()).not.toContain('signed-out')
})

test('an issuer that is down when a user wants to sign in is named, and the next try works', async ({
  start,
}) => {
  const scene = await start()
  await scene.proxy.goDown()
  const tab = await scene.openTab()
  expect(await tab.signIn()).toMatchObject({ authCode: 'issuer-unreachable' })
  await tab.untilStatus('signed-out')
  await scene.proxy.comeBack()
  await tab.page.click('#sign-in')
  await continueAs(tab.page)
  await tab.untilStatus('signed-in')
})

test('a token response that is no JSON postpones the refresh and keeps the session', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.signIn()
  tab.forgetFacts()
  const fault = scene.issuer.faults.add('token', { kind: 'not-json' })
  scene.issuer.expireAccessTokens()
  const { error, status } = await tab.call('notes')
  expect(error).toMatchObject({ authCode: 'refresh-postponed', isAxiosError: true })
  expect(status).toBe(401)
  await tab.untilStatus('signed-in')
  fault.clear()
  await tab.tellOnline()
  await expect.poll(async () => (await tab.call('notes')).status).toBe(200)
  expect(tab.statuses()).not.toContain('signed-out')
})

test('a token response at sign-in that is no JSON gives a typed error, and the next try works', async ({
  start,
}) => {
  const scene = await start()
  scene.issuer.faults.add('token', { kind: 'not-json', times: 1 })
  const tab = await scene.openTab('/notes/7?q=1')
  await tab.page.click('#sign-in')
  await continueAs(tab.page)
  await tab.untilStatus('signed-out')
  expect(await tab.state()).toMatchObject({ error: { code: 'invalid-token-response' } })
  await expect(tab.page).toHaveURL(`${scene.app.origin}/notes/7?q=1`)
  await tab.page.click('#sign-in')
  await tab.untilStatus('signed-in')
})
