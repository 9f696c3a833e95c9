import { expect, it } from 'vitest'
import { settled } from '../environment/testing/fake-clock.js'
import { watch } from '../environment/testing/watch.js'
import { createSimulatedWorld, names } from './testing/simulated-world.js'

it('gives a valid token at once, without lock, storage or network', async () => {
  const world = createSimulatedWorld()
  const { accessTokens } = world.storeSession()
  const { auth } = world.openPage()
  await world.clock.until(auth.ready)
  world.browser.store.fail('hang', Infinity)
  const given = watch(auth.getAccessToken())
  await settled()
  expect(given).toEqual([accessTokens['']?.value])
  expect(world.server.uses).toEqual([])
})

it('F9, INV8: refreshes an expired token once for all tabs', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  world.clock.jumpWallClock(3_600_000)
  const pages = [world.openPage(), world.openPage(), world.openPage()]
  const tokens = await world.clock.until(
    Promise.all(pages.map(({ auth }) => auth.getAccessToken())),
  )
  expect(new Set(tokens).size).toBe(1)
  expect(world.server.uses.map(({ outcome }) => outcome)).toEqual(['granted'])
})

it('INV8: goes lock, claim, grant, store, unlock, tell, in this order', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  world.clock.jumpWallClock(3_600_000)
  const { auth } = world.openPage()
  const steps: string[] = []
  const locks = () => world.browser.locks.held().map(({ name }) => name.replace(names.shared, 'K'))
  world.browser.store.onWrite(({ key, after }) => {
    if (key !== names.session) return
    const { intent } = after as { intent?: { id: string } }
    steps.push(`${intent ? 'claim' : 'store'} with ${locks().length} locks`)
  })
  world.server.onMoment((moment) => {
    if (moment === 'sent') steps.push(`grant with ${locks().length} locks`)
  })
  const listener = world.browser.openTab().environment.openChannel(names.shared)
  listener.open(() => steps.push(`tell with ${locks().length} locks`))
  auth.on('token-refreshed', () => steps.push(`app with ${locks().length} locks`))
  await world.clock.until(auth.getAccessToken())
  await settled()
  expect(steps).toEqual([
    'claim with 2 locks',
    'grant with 2 locks',
    'store with 2 locks',
    'app with 0 locks',
    'tell with 0 locks',
  ])
})

it('needs no refresh for a refusal of a token that was replaced already', async () => {
  const world = createSimulatedWorld()
  const { accessTokens } = world.storeSession()
  const { auth } = world.openPage()
  const refused = accessTokens['']?.value ?? ''
  const newer = await world.clock.until(auth.getAccessToken({ refused }))
  expect(newer).not.toBe(refused)
  expect(await world.clock.until(auth.getAccessToken({ refused }))).toBe(newer)
  expect(world.server.uses).toHaveLength(1)
})

it('I-3: lets everybody join the refresh that runs, two clients of one page too', async () => {
  const world = createSimulatedWorld()
  const { accessTokens } = world.storeSession()
  const page = world.openPage()
  const second = page.openSecondClient()
  const refused = accessTokens['']?.value ?? ''
  const tokens = await world.clock.until(
    Promise.all([
      page.auth.getAccessToken({ refused }),
      page.auth.getAccessToken({ forceRefresh: true }),
      second.auth.getAccessToken({ refused }),
      second.auth.getAccessToken({ forceRefresh: true }),
    ]),
  )
  expect(new Set(tokens).size).toBe(1)
  expect(world.server.uses).toHaveLength(1)
})

it('ends only the waiting of the caller whose signal fires', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  const { auth } = world.openPage()
  await world.clock.until(auth.ready)
  const controller = new AbortController()
  const impatient = watch(auth.getAccessToken({ forceRefresh: true, signal: controller.signal }))
  const patient = auth.getAccessToken({ forceRefresh: true })
  await settled()
  controller.abort('enough')
  await settled()
  expect(impatient).toEqual(['enough'])
  expect(await world.clock.until(patient)).toContain('secret-at')
  expect(world.server.uses).toHaveLength(1)
})

it('stops waiting after 10 s without a move; the late answer is stored all the same', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  world.clock.jumpWallClock(3_600_000)
  world.server.latencyMs = () => 10_000
  const { auth } = world.openPage()
  await expect(world.clock.until(auth.getAccessToken())).rejects.toMatchObject({
    reason: 'timeout',
  })
  expect(world.clock.monotonic()).toBeLessThan(12_000)
  await world.clock.advance(20_000)
  expect(world.record()?.refreshToken).toBe(world.server.uses[0]?.successor)
  expect(world.server.uses).toHaveLength(1)
})

it('uses a token that is still valid while its refresh has to wait', async () => {
  const world = createSimulatedWorld()
  const { accessTokens } = world.storeSession()
  world.server.usually = 'unavailable'
  const { auth } = world.openPage()
  await world.clock.until(auth.ready)
  await world.clock.advance(200_000)
  expect(await world.clock.until(auth.getAccessToken({ minValidityMs: 120_000 }))).toBe(
    accessTokens['']?.value,
  )
  expect(auth.state).toMatchObject({ status: 'signed-in', refresh: 'waiting' })
})

it('shows a refresh that another tab has brought about as no longer waiting', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  const options = { proactiveRefresh: false }
  const [one, two] = [world.openPage(options), world.openPage(options)]
  await world.clock.advance(400_000)
  const shown = () =>
    [one.auth.state, two.auth.state].map((state) => 'refresh' in state && state.refresh)
  world.server.fates.push('unavailable')
  await expect(world.clock.until(one.auth.getAccessToken())).rejects.toMatchObject({
    reason: 'server-error',
  })
  await world.clock.advance(100)
  expect(shown()).toEqual(['waiting', 'waiting'])
  await world.clock.advance(5000)
  await world.clock.until(two.auth.getAccessToken())
  await world.clock.advance(100)
  expect(shown()).toEqual(['idle', 'idle'])
})

it('E18: makes one claim for fifty callers', async () => {
  const steps: string[] = []
  const world = createSimulatedWorld({
    schedule(step, label) {
      steps.push(label)
      queueMicrotask(step)
    },
  })
  world.storeSession()
  const { auth } = world.openPage({ proactiveRefresh: false })
  await world.clock.advance(400_000)
  steps.length = 0
  const callers = Array.from({ length: 50 }, () => auth.getAccessToken())
  expect(new Set(await world.clock.until(Promise.all(callers))).size).toBe(1)
  expect(steps.filter((label) => label === `tab1 update ${names.session}`)).toHaveLength(2)
})
