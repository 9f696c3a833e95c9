import { expect, it } from 'vitest'
import { pinRequest, requestProtectedResource } from './request-protected-resource.js'
import { apiUrl, createSimulatedWorld, type SimulatedPage } from './testing/simulated-world.js'

/** Pages whose token has expired, and who refresh only when asked. */
async function expiredPages(count: number) {
  const world = createSimulatedWorld()
  world.storeSession()
  const pages = Array.from({ length: count }, () => world.openPage({ proactiveRefresh: false }))
  await world.clock.advance(400_000)
  return { world, pages }
}

function reasonOf({ auth }: SimulatedPage): Promise<unknown> {
  return auth.getAccessToken().then(
    () => 'granted',
    (error: { reason?: string; code?: string }) => error.reason ?? error.code,
  )
}

it('lets all tabs share a failure, and its backoff', async () => {
  const { world, pages } = await expiredPages(3)
  world.server.usually = 'unavailable'
  expect(await world.clock.until(Promise.all(pages.map(reasonOf)))).toEqual([
    'server-error',
    'server-error',
    'server-error',
  ])
  await world.clock.advance(1000)
  expect(await world.clock.until(Promise.all(pages.map(reasonOf)))).toHaveLength(3)
  expect(world.server.uses).toHaveLength(1)
  expect(world.record()?.failure).toMatchObject({ count: 1 })
})

it('I-4: tries less and less often: at most six times in the first minute', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  world.server.usually = 'unavailable'
  world.openPage()
  await world.clock.advance(360_000)
  const firstMs = world.server.uses[0]?.sentAt ?? 0
  const inAMinute = world.server.uses.filter(({ sentAt }) => sentAt < firstMs + 60_000)
  expect(inAMinute.length).toBeLessThanOrEqual(6)
  const gaps = inAMinute.map(({ sentAt }, index) => sentAt - (inAMinute[index - 1]?.sentAt ?? 0))
  const [, ...growing] = gaps
  expect(growing).toEqual([...growing].sort((one, other) => one - other))
})

it('tries again at once when the network is back', async () => {
  const { world, pages } = await expiredPages(2)
  const [one] = pages as [SimulatedPage, SimulatedPage]
  world.server.usually = 'request-lost'
  await world.clock.until(reasonOf(one))
  await world.clock.until(reasonOf(one))
  world.server.usually = 'granted'
  const sent = world.server.uses.length
  for (const { tab } of pages) {
    tab.goOffline()
    tab.goOnline()
  }
  await world.clock.advance(1000)
  expect(world.server.uses).toHaveLength(sent + 1)
  expect(one.auth.state).toMatchObject({ refresh: 'idle' })
})

it('keeps a Retry-After exactly, in all tabs, online or not', async () => {
  const { world, pages } = await expiredPages(2)
  const [one, two] = pages as [SimulatedPage, SimulatedPage]
  world.server.fates.push({ retryAfterMs: 20_000 })
  const startMs = world.clock.monotonic()
  expect(await world.clock.until(reasonOf(one))).toBe('throttled')
  one.tab.goOffline()
  one.tab.goOnline()
  await world.clock.advance(startMs + 19_900 - world.clock.monotonic())
  expect(await world.clock.until(reasonOf(two))).toBe('throttled')
  await world.clock.advance(startMs + 20_200 - world.clock.monotonic())
  expect(await world.clock.until(reasonOf(two))).toBe('granted')
})

it('does not wait for a moment that a clock set back since has named', async () => {
  const { world, pages } = await expiredPages(1)
  const [one] = pages as [SimulatedPage]
  world.server.fates.push({ retryAfterMs: 20_000 })
  await world.clock.until(reasonOf(one))
  world.clock.jumpWallClock(-1_800_000)
  expect(await world.clock.until(reasonOf(one))).toBe('granted')
})

it('stops for five minutes in all tabs when the configuration is wrong, keeps everything, and says it once', async () => {
  const { world, pages } = await expiredPages(2)
  const [one, two] = pages as [SimulatedPage, SimulatedPage]
  world.server.usually = 'configuration'
  expect(await world.clock.until(reasonOf(one))).toBe('configuration')
  await world.clock.advance(290_000)
  expect(await world.clock.until(Promise.all(pages.map(reasonOf)))).toEqual([
    'configuration',
    'configuration',
  ])
  expect(world.server.uses).toHaveLength(1)
  expect([one.auth.state, two.auth.state]).toMatchObject([
    { refresh: 'stopped' },
    { refresh: 'stopped' },
  ])
  await world.clock.advance(20_000)
  expect(await world.clock.until(reasonOf(one))).toBe('configuration')
  expect(pages.flatMap(({ events }) => events).map(({ type }) => type)).toEqual(['refresh-stopped'])
  expect(world.record()).toMatchObject({ state: 'signed-in' })
})

it('INV5: ends nothing for one answer that only looks like a refusal, and is not stuck after five', async () => {
  const { world, pages } = await expiredPages(1)
  const [one] = pages as [SimulatedPage]
  world.server.usually = 'looks-refused'
  const reasons: unknown[] = []
  for (let tries = 0; tries < 5; tries++) {
    reasons.push(await world.clock.until(reasonOf(one)))
    await world.clock.advance(70_000)
  }
  expect(reasons).toEqual([...Array<string>(4).fill('server-error'), 'refresh-token-refused'])
})

it('RF3, I-1, INV6: ends the session of a refused refresh token once in each tab', async () => {
  const { world, pages } = await expiredPages(3)
  world.server.usually = 'refused'
  await world.clock.until(Promise.all(pages.map(reasonOf)))
  await world.clock.advance(500)
  expect(pages.map(({ events }) => events.map(({ type }) => type))).toEqual(
    Array.from({ length: 3 }, () => ['session-ended']),
  )
  expect(world.server.uses).toHaveLength(1)
  expect(JSON.stringify(world.record())).not.toContain('secret-')
})

it('C22: ends the session when a refresh brings another user', async () => {
  const { world, pages } = await expiredPages(1)
  const [one] = pages as [SimulatedPage]
  world.server.usually = 'wrong-subject'
  expect(await world.clock.until(reasonOf(one))).toBe('subject-changed')
  expect(one.auth.state).toMatchObject({ status: 'signed-out', reason: 'session-ended' })
})

it('fails only the callers of a resource that is not granted', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  const { auth } = world.openPage({
    proactiveRefresh: false,
    resources: [{ url: 'https://reports.test/', resource: 'urn:reports', name: 'reports' }],
  })
  await world.clock.advance(400_000)
  world.server.fates.push('configuration')
  const [report, plain] = await world.clock.until(
    Promise.allSettled([auth.getAccessToken({ resource: 'reports' }), auth.getAccessToken()]),
  )
  expect(report).toMatchObject({ status: 'rejected', reason: { reason: 'configuration' } })
  expect(plain.status).toBe('fulfilled')
  expect(auth.state).toMatchObject({ refresh: 'idle' })
  const sent = world.server.uses.length
  await expect(
    world.clock.until(auth.getAccessToken({ resource: 'reports' })),
  ).rejects.toMatchObject({ reason: 'configuration' })
  expect(world.server.uses).toHaveLength(sent)
})

it('sends a request that got no answer once more, and says that the answer was lost if that is refused', async () => {
  const { world, pages } = await expiredPages(1)
  const [one] = pages as [SimulatedPage]
  world.server.fates.push('answer-lost')
  expect(await world.clock.until(reasonOf(one))).toBe('refresh-token-refused')
  expect(world.server.uses.map(({ outcome }) => outcome)).toEqual(['granted', 'reuse'])
  expect(world.record()?.ended).toMatchObject({ detail: 'rotation-lost' })
})

it('G10: ends the session in all tabs when its DPoP key is lost, whoever finds it first', async () => {
  const dpopKey = {} as CryptoKeyPair
  for (const lifetime of [300_000, 1]) {
    const world = createSimulatedWorld()
    const { accessTokens } = world.storeSession()
    const token = { ...accessTokens['']!, type: 'DPoP' as const, lifetime }
    world.put({ ...world.record(), accessTokens: { '': token }, dpopKey })
    const pages = [world.openPage(), world.openPage()]
    await world.clock.advance(1000)
    const [{ auth }] = pages as [SimulatedPage, SimulatedPage]
    const sent: unknown[] = []
    const request = requestProtectedResource(
      auth,
      { url: apiUrl, method: 'GET', pin: pinRequest(auth) },
      async (headers) => {
        sent.push(headers)
        return new Response()
      },
    )
    await expect(world.clock.until(request)).rejects.toMatchObject({ code: 'proof-key-lost' })
    await world.clock.advance(500)
    expect(pages.map(({ auth: { state } }) => state)).toMatchObject([
      { status: 'signed-out', reason: 'session-ended' },
      { status: 'signed-out', reason: 'session-ended' },
    ])
    expect(world.record()).toMatchObject({ state: 'ended', ended: { reason: 'proof-key-lost' } })
    expect([sent, world.server.uses]).toEqual([[], []])
  }
})
