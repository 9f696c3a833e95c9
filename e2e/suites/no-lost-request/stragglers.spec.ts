import { signInAtManyDoors } from '../../support/hundred-calls.js'
import type { ApiRequest } from '../../support/resource-server.js'
import { runClockUntil } from '../../support/run-clock.js'
import { expect, test } from '../../support/test.js'

test('S5: 100 requests refused over time are answered with one refresh, each sent twice at most', async ({
  start,
}) => {
  const scene = await start()
  const { tab, hundred } = await signInAtManyDoors(scene)
  // 30 of the refusals come when the refresh is long over
  let releaseLate = () => {}
  const refreshIsOver = new Promise<void>((resolve) => (releaseLate = resolve))
  scene.api.use(async ({ path, isAuthorized }) => {
    if (!isAuthorized && Number(path.split('/').pop()) % 10 < 3) await refreshIsOver
    return undefined
  })
  const held = scene.issuer.faults.hold('token', { grantType: 'refresh_token' })
  scene.issuer.expireAccessTokens()
  const calls = tab.calls(hundred)
  const token = tab.token({ forceRefresh: true })
  await held.arrived
  await expect.poll(() => scene.api.log.length).toBe(100)
  held.release()
  await token
  await expect.poll(() => scene.api.log.filter(isAnswered).length).toBe(140)
  releaseLate()

  expect((await calls).map(({ status }) => status)).toEqual(hundred.map(() => 200))
  expect(scene.refreshRequests()).toHaveLength(1)
  const ids = new Set(scene.api.log.map(({ id }) => id))
  expect(ids.size).toBe(100)
  for (const id of ids) {
    const [first, second, ...more] = scene.api.log.filter((request) => request.id === id)
    expect([first?.status, second?.status, more.length]).toEqual([401, 200, 0])
    expect(second?.fingerprint).not.toBe(first?.fingerprint)
    expect(second?.bodyHash).toBe(first?.bodyHash)
    expect([second?.method, second?.path]).toEqual([first?.method, first?.path])
  }
  expect(await token).toEqual({ fingerprint: scene.api.log.at(-1)?.fingerprint })
})

test('S5: when the refresh is refused for good, 100 requests fail once with their own 401 attached', async ({
  start,
}) => {
  const scene = await start()
  const { tab, hundred } = await signInAtManyDoors(scene)
  const held = scene.issuer.faults.hold('token', { grantType: 'refresh_token' })
  scene.issuer.revokeSession('ada')
  const calls = tab.calls(hundred)
  await held.arrived
  await expect.poll(() => scene.api.log.filter(isAnswered).length).toBe(100)
  held.release()
  const results = await calls
  expect(results.map(({ error }) => error?.authCode)).toEqual(
    hundred.map(() => 'refresh-token-refused'),
  )
  const throughAxios = results.filter(({ error }) => error?.isAxiosError)
  expect(throughAxios.map(({ status }) => status)).toEqual(throughAxios.map(() => 401))
  expect(throughAxios.length).toBeGreaterThan(60)
  expect(scene.api.log).toHaveLength(100)
  expect(scene.refreshRequests()).toHaveLength(1)
  expect(tab.events('session-ended')).toHaveLength(1)
})

test('S5: a client whose own requests go through an attached instance settles without recursion', async ({
  start,
}) => {
  const scene = await start({ harness: { refreshThroughInstance: true } })
  const tab = await scene.signIn()
  scene.issuer.expireAccessTokens()
  expect((await tab.call('notes')).status).toBe(200)
  expect(scene.refreshRequests()).toHaveLength(1)

  // the worst case: the issuer is a listed resource as well, so that a refresh would wait for itself
  scene.configure({
    resources: [`${scene.api.origin}/`, `${scene.proxy.origin}/`].map((url) => ({ url })),
  })
  const worst = await scene.openTab()
  await worst.page.clock.install()
  scene.issuer.expireAccessTokens()
  const { result } = await runClockUntil(worst.page, worst.call('notes'))
  expect(result.error?.authCode).toBe('refresh-postponed')
  await worst.untilStatus('signed-in')
  expect(scene.refreshes()).toHaveLength(1)
})

function isAnswered({ status }: ApiRequest): boolean {
  return status !== undefined
}
