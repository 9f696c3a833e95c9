import { temporaryFailures } from '../../support/network-faults.js'
import type { Scene } from '../../support/scene.js'
import { expect, test } from '../../support/test.js'

const hang = async ({ issuer }: Scene) => issuer.faults.add('token', { kind: 'hang' }).clear
const failures = { ...temporaryFailures, 'no answer at all': hang }

for (const [name, begin] of Object.entries(failures))
  test(`S3: ${name}: six attempts at most in the first minute, ever further apart; the session stays, and goes on within 2 s of being online`, async ({
    start,
  }) => {
    const scene = await start()
    const tab = await scene.signIn()
    await tab.page.clock.install()
    await tab.call('notes')
    tab.forgetFacts()
    const end = await begin(scene)
    const attempts: number[] = []
    const lookForAttempts = (atMs: number) => {
      while (attempts.length < sentRefreshes(scene)) attempts.push(atMs)
    }
    const stepMs = 250
    for (let passedMs = 0; passedMs <= 60_000; passedMs += stepMs) {
      // somebody wants a new token all the time
      await tab.page.evaluate(() => void window.harness.token({ forceRefresh: true }))
      await tab.page.clock.runFor(stepMs)
      lookForAttempts(passedMs)
    }
    test.info().annotations.push({ type: 'S3', description: `sent at ${attempts.join(', ')} ms` })
    expect(attempts.length).toBeGreaterThanOrEqual(2)
    expect(attempts.length).toBeLessThanOrEqual(6)
    const gaps = attempts.slice(1).map((at, index) => at - attempts[index]!)
    // each as long as the one before at least, as seen from step to step
    for (const [index, gap] of gaps.slice(1).entries())
      expect(gap).toBeGreaterThanOrEqual(gaps[index]! - 2 * stepMs)
    expect(await tab.state()).toMatchObject({ status: 'signed-in' })

    end()
    const healedAt = Date.now()
    await tab.tellOnline()
    await expect
      .poll(async () => 'fingerprint' in (await tab.token({ forceRefresh: true })), {
        intervals: [50],
      })
      .toBe(true)
    expect(Date.now() - healedAt).toBeLessThanOrEqual(2000)
    expect(tab.statuses()).not.toContain('signed-out')
    expect(tab.events('session-ended')).toEqual([])
    expect(scene.issuer.reuseDetections).toBe(0)
  })

test('S3: a Retry-After of 5 s is kept to within a second', async ({ start }) => {
  const scene = await start()
  const tab = await scene.signIn()
  scene.issuer.faults.add('token', {
    kind: 'status',
    status: 429,
    retryAfterSeconds: 5,
    times: 1,
  })
  await tab.token({ forceRefresh: true })
  await expect
    .poll(async () => 'fingerprint' in (await tab.token({ forceRefresh: true })), {
      intervals: [50],
    })
    .toBe(true)
  const [refused, granted] = scene.refreshRequests()
  const waitedMs = granted!.at - refused!.endedAt!
  expect(waitedMs).toBeGreaterThanOrEqual(5000 - 50)
  expect(waitedMs).toBeLessThanOrEqual(6000)
})

test('S3: a refused refresh token is told within 500 ms in every tab, and cleared once', async ({
  start,
}) => {
  const scene = await start()
  const tabs = [await scene.signIn(), await scene.openTab('/2'), await scene.openTab('/3')]
  scene.issuer.revokeSession('ada')
  await tabs[0]!.token({ forceRefresh: true })
  for (const tab of tabs) await tab.untilStatus('signed-out')
  const ends = tabs.map((tab) =>
    tab.facts().filter(({ kind, name }) => kind === 'event' && name === 'session-ended'),
  )
  expect(ends.map((told) => told.length)).toEqual([1, 1, 1])
  const answeredAt = scene.refreshRequests()[0]!.endedAt!
  for (const [told] of ends) expect(told!.at - answeredAt).toBeLessThanOrEqual(500)
  expect(scene.refreshRequests()).toHaveLength(1)
})

test('S3: a cold start without any network shows the stored person within 300 ms, throws nothing, and recovers by itself', async ({
  start,
}) => {
  const scene = await start()
  const first = await scene.signIn()
  // a page from a cache is of no network: it has to be let onto this machine's
  await scene.context.grantPermissions(['local-network-access'])
  const shell = `${scene.app.origin}/**`
  // as a service worker serves an app from its cache
  await scene.context.route(shell, async (route) => {
    const answer = await fetch(route.request().url())
    await route.fulfill({
      body: Buffer.from(await answer.arrayBuffer()),
      contentType: answer.headers.get('content-type') ?? '',
    })
  })
  const errors: string[] = []
  scene.context.on('weberror', (error) => errors.push(String(error.error())))
  await first.page.close()
  await scene.context.setOffline(true)
  scene.issuer.expireAccessTokens()
  const tab = await scene.openTab('/cold')
  expect(await tab.state()).toMatchObject({ status: 'signed-in', user: { name: 'Ada Lovelace' } })
  const [created, ready] = [
    tab.facts().find(({ kind }) => kind === 'url'),
    tab.facts().find(({ kind }) => kind === 'ready'),
  ]
  expect(ready!.at - created!.at).toBeLessThanOrEqual(300)
  expect(await tab.token({ forceRefresh: true })).toMatchObject({
    error: { authCode: 'refresh-postponed' },
  })
  await scene.context.setOffline(false)
  await expect.poll(async () => (await tab.call('notes')).status).toBe(200)
  expect(errors).toEqual([])
  expect(tab.statuses()).toEqual(['restoring', 'signed-in'])
})

/** All that left the page, whether it arrived or not. */
function sentRefreshes({ oracle, proxy }: Scene): number {
  return oracle.requests.filter(
    ({ url, body }) => url === `${proxy.origin}/token` && body.includes('grant_type=refresh_token'),
  ).length
}
