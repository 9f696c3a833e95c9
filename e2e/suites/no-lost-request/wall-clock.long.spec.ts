import type { Call } from '../../pages/harness/driver.js'
import { signInAtManyDoors } from '../../support/hundred-calls.js'
import type { Scene } from '../../support/scene.js'
import type { Tab } from '../../support/tab.js'
import { expect, test } from '../../support/test.js'

const transports = ['axios', 'axios-fetch', 'fetch'] as const

test('S5: a request is sent again within 100 ms of its 401, or of the end of the refresh', async ({
  start,
}) => {
  const scene = await start()
  const { tab, hundred } = await signInAtManyDoors(scene)
  // what the browser and the machine need for as many requests at once is no fault of the page
  const bareMs = await measureBareSends(scene, tab, hundred)
  const ms = await measureSecondSends(scene, tab, hundred)
  expect(ms - bareMs, `${ms} ms, bare ${bareMs} ms`).toBeLessThanOrEqual(100)
})

test('S5: when the refresh is refused for good, 100 requests reject within 100 ms', async ({
  start,
}) => {
  const scene = await start()
  const { tab, hundred } = await signInAtManyDoors(scene)
  const held = scene.issuer.faults.hold('token', { grantType: 'refresh_token' })
  scene.issuer.revokeSession('ada')
  const calls = tab.calls(hundred)
  await held.arrived
  await expect
    .poll(() => scene.api.log.filter(({ status }) => status === 401).length)
    .toBe(hundred.length)
  held.release()
  const times = (await calls).map(({ settledAt }) => settledAt)
  expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(100)
})

test('S13: an abort in the queue rejects within 50 ms', async ({ start }) => {
  const scene = await start()
  const tab = await scene.signIn()
  const held = scene.issuer.faults.hold('token', { grantType: 'refresh_token' })
  scene.issuer.expireAccessTokens()
  for (const via of transports) {
    const sent = scene.api.log.length
    await tab.beginCall({ url: 'notes', via })
    await held.arrived
    await expect.poll(() => scene.api.log[sent]?.status).toBe(401)
    const { tookMs } = await tab.abort('enough')
    expect(tookMs, via).toBeLessThanOrEqual(50)
  }
  held.release()
  await expect.poll(() => scene.refreshes().length).toBe(1)
})

test('S13: a time-out of 5 s ends at 5 s, give or take 50 ms, over the wait and the second send', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.signIn()
  // a path that has worked: from one that never did, the third 401 in a row would be handed through
  expect((await tab.call('notes')).status).toBe(200)
  for (const via of transports) {
    await expectEnd(scene, tab, via, 'wait')
    await expectEnd(scene, tab, via, 'second send')
  }
})

/** How long requests take to the API that are all sent now, in ms, but for the last five of a hundred. */
async function measureBareSends(scene: Scene, tab: Tab, hundred: readonly Call[]): Promise<number> {
  scene.api.clearLog()
  const startedAt = await tab.page.evaluate(() => Date.now())
  await tab.calls(hundred.map((call) => ({ ...call, access: false })))
  return p95(scene.api.log.map(({ at }) => at - startedAt))
}

/** How late the second sends are, in ms, but for the last five of a hundred. */
async function measureSecondSends(
  scene: Scene,
  tab: Tab,
  hundred: readonly Call[],
): Promise<number> {
  scene.api.clearLog()
  scene.issuer.clearEvents()
  const answeredAt = new Map<string, number>()
  const stop = scene.api.use(async ({ id, path, isAuthorized }) => {
    if (isAuthorized) return undefined
    // spread over 3 s; 30 of them come when the refresh is long over
    const index = Number(path.split('/').pop())
    const afterMs = index % 10 < 3 ? 2000 + index * 10 : index * 10
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    answeredAt.set(id, Date.now())
    return undefined
  })
  const held = scene.issuer.faults.hold('token', { grantType: 'refresh_token' })
  scene.issuer.expireAccessTokens()
  const calls = tab.calls(hundred)
  await held.arrived
  await expect.poll(() => answeredAt.size).toBeGreaterThan(60)
  held.release()
  expect((await calls).map(({ status }) => status)).toEqual(hundred.map(() => 200))
  stop()
  expect(scene.refreshRequests()).toHaveLength(1)
  const refreshedAt = scene.refreshes()[0]?.endedAt ?? NaN
  const delays = scene.api.log
    .filter(({ isAuthorized }) => isAuthorized)
    .map(({ id, at }) => at - Math.max(answeredAt.get(id) ?? NaN, refreshedAt))
  expect(delays).toHaveLength(100)
  return p95(delays)
}

function p95(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length * 0.95) - 1] ?? NaN
}

/** The time ends while the request waits for the refresh, or while its second send is not answered. */
async function expectEnd(
  scene: Scene,
  tab: Tab,
  via: (typeof transports)[number],
  when: 'wait' | 'second send',
): Promise<void> {
  const held = scene.issuer.faults.hold('token', { grantType: 'refresh_token' })
  let answerSecond = () => {}
  const second = new Promise<void>((resolve) => (answerSecond = resolve))
  const stop = scene.api.use(async ({ isAuthorized }) => {
    if (isAuthorized) await second
    return undefined
  })
  scene.issuer.expireAccessTokens()
  const took = tab.page.evaluate(async (via) => {
    // beside it a bare timer: a busy machine is late with both
    const bare = new Promise<number>((resolve) =>
      setTimeout(() => resolve(performance.now()), 5000),
    )
    const { settledAt, ok } = await window.harness.call({ url: 'notes', via, timeoutMs: 5000 })
    return { lateMs: settledAt - (await bare), ok }
  }, via)
  await held.arrived
  if (when === 'second send') held.release()
  const { lateMs, ok } = await took
  expect(ok).toBe(false)
  expect(Math.abs(lateMs), `${via}, ${when}: ${lateMs} ms`).toBeLessThanOrEqual(50)
  held.release()
  answerSecond()
  stop()
  await expect.poll(() => tab.state()).toMatchObject({ refresh: 'idle' })
}
