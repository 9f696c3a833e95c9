import { temporaryFailures } from '../../support/network-faults.js'
import { runClockUntil } from '../../support/run-clock.js'
import { expect, test } from '../../support/test.js'

const names = Object.keys(temporaryFailures)
const half = Math.ceil(names.length / 2)

for (const group of [names.slice(0, half), names.slice(half)])
  test(`S3: ${group.join(', ')}: each keeps the session, sends no storm, and is over when the network is back`, async ({
    start,
  }) => {
    const scene = await start()
    const tab = await scene.signIn()
    await tab.call('notes')
    tab.forgetFacts()
    for (const name of group) {
      scene.issuer.clearEvents()
      const end = await temporaryFailures[name]!(scene)
      // ten more wishes fall into the pause after the failure, and send nothing
      const answers = await tab.page.evaluate(async () => {
        const wish = () => window.harness.token({ forceRefresh: true })
        return [await wish(), ...(await Promise.all(Array.from({ length: 10 }, wish)))]
      })
      const codes = answers.map((answer) => 'error' in answer && answer.error.authCode)
      expect(codes, name).toEqual(answers.map(() => 'refresh-postponed'))
      expect(await tab.state(), name).toMatchObject({ status: 'signed-in', refresh: 'waiting' })
      // a failure that may be chance is tried once more at once
      expect(scene.issuer.tokenRequests.length, name).toBeLessThanOrEqual(2)

      await end()
      await tab.tellOnline()
      await expect
        .poll(async () => 'fingerprint' in (await tab.token({ forceRefresh: true })), name)
        .toBe(true)
      expect(await tab.state(), name).toMatchObject({ status: 'signed-in', refresh: 'idle' })
    }
    expect(tab.statuses()).not.toContain('signed-out')
    expect(tab.events('session-ended')).toEqual([])
    expect(scene.issuer.reuseDetections).toBe(0)
  })

test('S3: a Retry-After is kept to, also when the network says it is back', async ({ start }) => {
  const scene = await start()
  const tab = await scene.signIn()
  await tab.page.clock.install()
  const fault = scene.issuer.faults.add('token', {
    kind: 'status',
    status: 429,
    retryAfterSeconds: 500,
  })
  scene.issuer.expireAccessTokens()
  const refused = await tab.call('notes')
  expect(refused.error).toMatchObject({ authCode: 'refresh-postponed', reason: 'throttled' })
  fault.clear()
  await tab.tellOnline()
  await tab.page.clock.fastForward(480_000)
  expect((await tab.call('notes')).error?.reason).toBe('throttled')
  expect(scene.refreshRequests()).toHaveLength(1)
  await tab.page.clock.fastForward(21_000)
  expect((await tab.call('notes')).status).toBe(200)
  expect(scene.refreshRequests()).toHaveLength(2)
})

test('S3: a token endpoint that never answers ends the waiting after 10 s, and its request after 30 s', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.signIn()
  await tab.page.clock.install()
  const fault = scene.issuer.faults.add('token', { kind: 'hang', times: 1 })
  scene.issuer.expireAccessTokens()
  const { result, passedMs } = await runClockUntil(tab.page, tab.call('notes'))
  expect(result.error).toMatchObject({ authCode: 'refresh-postponed', reason: 'timeout' })
  // all that waited is told when the waiting is over, but the request goes on: none other is sent
  expect(passedMs).toBeLessThanOrEqual(31_000)
  expect(await tab.state()).toMatchObject({ status: 'signed-in' })
  expect(scene.issuer.tokenRequests.filter(({ fault }) => fault?.kind === 'hang')).toHaveLength(1)
  fault.clear()
  const healed = expect
    .poll(async () => (await tab.call('notes')).status, { timeout: 60_000 })
    .toBe(200)
  await runClockUntil(tab.page, healed)
  expect(scene.issuer.reuseDetections).toBe(0)
})

for (const error of ['invalid_client', 'unauthorized_client'])
  test(`S3: ${error} stops refreshes for five minutes, is told once, and keeps the tokens`, async ({
    start,
  }) => {
    const scene = await start()
    const tab = await scene.signIn()
    await tab.page.clock.install()
    const fault = scene.issuer.faults.add('token', { kind: 'oauth-error', error })
    scene.issuer.expireAccessTokens()
    for (let wish = 0; wish < 5; wish++)
      expect((await tab.call('notes')).error?.authCode).toBe('refresh-postponed')
    expect(tab.events('refresh-stopped')).toHaveLength(1)
    expect(await tab.state()).toMatchObject({ status: 'signed-in', refresh: 'stopped' })
    fault.clear()
    await tab.page.clock.fastForward(280_000)
    expect((await tab.call('notes')).error?.authCode).toBe('refresh-postponed')
    expect(scene.refreshRequests()).toHaveLength(1)
    await tab.page.clock.fastForward(30_000)
    expect((await tab.call('notes')).status).toBe(200)
    expect(scene.refreshRequests()).toHaveLength(2)
  })

test('S3: attempts against a server that is down grow apart', async ({ start }) => {
  const scene = await start({ client: { proactiveRefresh: true } })
  const tab = await scene.signIn()
  await tab.page.clock.install()
  scene.issuer.faults.add('token', { kind: 'status', status: 503 })
  const startedAt = await tab.page.evaluate(() => Date.now())
  await tab.page.clock.fastForward(3_600_000)
  const attempts: number[] = []
  for (let second = 0; second < 60; second++) {
    await tab.page.clock.runFor(1000)
    await tab.token()
    const sent = scene.issuer.tokenRequests.filter(({ grantType }) => grantType === 'refresh_token')
    if (sent.length > attempts.length)
      attempts.push((await tab.page.evaluate(() => Date.now())) - startedAt)
    expect(attempts.length).toBe(sent.length)
  }
  expect(attempts.length).toBeGreaterThanOrEqual(3)
  expect(attempts.length).toBeLessThanOrEqual(6)
  const gaps = attempts.slice(1).map((at, index) => at - attempts[index]!)
  // seen from second to second
  for (const [index, gap] of gaps.slice(1).entries())
    expect(gap).toBeGreaterThan(gaps[index]! - 2500)
  await tab.untilStatus('signed-in')
})
