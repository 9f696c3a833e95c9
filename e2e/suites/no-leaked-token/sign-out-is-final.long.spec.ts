import { expect, test } from '../../support/test.js'

test('S9: all running tabs are signed out within 500 ms, queued calls send nothing, the late answer is revoked, and a minute later nobody is signed in', async ({
  start,
}) => {
  const scene = await start()
  const tabs = [
    await scene.signIn('/1'),
    await scene.openTab('/2'),
    await scene.openTab('/3'),
    await scene.openTab('/4'),
    await scene.openTab('/5'),
  ]
  const [visible, refreshing] = tabs
  scene.issuer.faults.add('token', {
    kind: 'delay',
    when: 'after',
    delayMs: 3000,
    grantType: 'refresh_token',
  })
  scene.issuer.expireAccessTokens()
  const queued = refreshing!.calls(
    Array.from({ length: 10 }, (_, index) => ({ url: `queued/${index}` })),
  )
  await expect.poll(() => scene.refreshRequests().length).toBe(1)
  await expect.poll(() => scene.api.log.filter(({ status }) => status === 401).length).toBe(10)
  for (const tab of tabs) tab.forgetFacts()

  const signedOutAt = Date.now()
  await visible!.signOut({ endSession: false })
  expect((await queued).map(({ error }) => error?.authCode)).toEqual(
    Array(10).fill('sign-in-required'),
  )
  for (const tab of tabs) await tab.untilStatus('signed-out')
  const delays = tabs.map((tab) => tab.facts().find(({ name }) => name === 'signed-out')!.at)
  for (const at of delays) expect(at - signedOutAt).toBeLessThanOrEqual(500)
  const revoked = () =>
    scene.issuer.events.filter(
      ({ endpoint, method, status }) =>
        endpoint === 'revocation' && method === 'POST' && status === 200,
    ).length
  await expect.poll(revoked).toBe(2)

  await new Promise((resolve) => setTimeout(resolve, 60_000))
  for (const tab of tabs) {
    expect(tab.statuses()).toEqual(['signed-out'])
    expect(await tab.state()).toMatchObject({ status: 'signed-out' })
  }
  expect(scene.api.log).toHaveLength(10)
})
