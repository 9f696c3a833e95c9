import { expect, it } from 'vitest'
import { watch } from '../environment/testing/watch.js'
import type { RefreshMoment } from './testing/simulated-authorization-server.js'
import { createSimulatedWorld, names, type SimulatedPage } from './testing/simulated-world.js'

/** Two pages with an expired token; something happens to the first when its refresh gets to the moment. */
async function twoPages(
  moment: RefreshMoment,
  what: (page: SimulatedPage) => void,
  options: Parameters<typeof createSimulatedWorld>[0] = {},
) {
  const world = createSimulatedWorld(options)
  world.storeSession()
  world.clock.jumpWallClock(3_600_000)
  const [one, two] = [world.openPage(), world.openPage()]
  await world.clock.until(Promise.all([one.auth.ready, two.auth.ready]))
  let isDone = false
  world.server.onMoment((now, tab) => {
    if (isDone || now !== moment || tab !== one.tab) return
    isDone = true
    what(one)
  })
  void one.auth.getAccessToken().catch(() => {})
  return { world, one, two }
}

it('takes over at once from a tab that died before it sent', async () => {
  const { world, two } = await twoPages('before-send', ({ tab }) => tab.crash())
  await world.clock.until(two.auth.getAccessToken())
  expect(world.clock.monotonic()).toBeLessThan(1000)
  expect(world.server.uses.map(({ outcome }) => outcome)).toEqual(['granted'])
})

it('tries the refresh token of a tab that died after the server acted once, and knows why it is refused', async () => {
  const { world, two } = await twoPages('executed', ({ tab }) => tab.crash())
  await expect(world.clock.until(two.auth.getAccessToken())).rejects.toMatchObject({
    code: 'refresh-token-refused',
    message: expect.stringContaining('probably spent already') as string,
  })
  expect(world.server.uses.map(({ outcome }) => outcome)).toEqual(['granted', 'reuse'])
  expect(world.record()).toMatchObject({
    state: 'ended',
    ended: { reason: 'refresh-token-refused', detail: 'rotation-lost' },
  })
  expect(two.events.map(({ type }) => type)).toEqual(['session-ended'])
})

it('F11: never sends the refresh token of a frozen tab, whose answer is stored after the thaw', async () => {
  const { world, one, two } = await twoPages('sent', ({ tab }) => tab.freeze())
  const early = watch(two.auth.getAccessToken())
  await world.clock.advance(15_000)
  expect(early).toMatchObject([{ reason: 'timeout' }])
  await world.clock.advance(45_000)
  expect(world.server.uses).toHaveLength(1)
  one.tab.thaw()
  await world.clock.advance(1000)
  expect(await world.clock.until(two.auth.getAccessToken())).toBe(
    world.record()?.accessTokens['']?.value,
  )
  expect(world.server.uses).toHaveLength(1)
})

it('says after 45 s that another tab is blocked', async () => {
  const { world, two } = await twoPages('sent', ({ tab }) => tab.block())
  const reasons: unknown[] = []
  for (let tries = 0; tries < 5; tries++)
    await world.clock.until(
      two.auth.getAccessToken().catch((error: { reason: string }) => reasons.push(error.reason)),
    )
  expect(reasons.at(-1)).toBe('another-tab-blocked')
  expect(world.server.uses).toHaveLength(1)
})

it('claims over a mute tab where refresh tokens do not rotate', async () => {
  const { world, two } = await twoPages('sent', ({ tab }) => tab.block())
  world.server.rotates = false
  world.put({ ...world.record(), rotates: false })
  await world.clock.advance(1000)
  const tries = watch(two.auth.getAccessToken())
  await world.clock.advance(60_000)
  expect(tries).toMatchObject([{ reason: 'timeout' }])
  expect(await world.clock.until(two.auth.getAccessToken())).toContain('secret-at')
  expect(world.server.uses.map(({ outcome }) => outcome)).toEqual(['granted', 'granted'])
})

it('F11: goes past a tab that is frozen in the queue before it claimed', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  world.clock.jumpWallClock(3_600_000)
  const [one, two] = [world.openPage(), world.openPage()]
  await world.clock.until(Promise.all([one.auth.ready, two.auth.ready]))
  // as if it held the queue's lock without having claimed
  await one.tab.environment.locks.hold(names.shared)
  one.tab.freeze()
  await world.clock.until(two.auth.getAccessToken())
  expect(world.clock.monotonic()).toBeLessThan(4000)
  expect(world.server.uses).toHaveLength(1)
})

it('starts nothing in a page that is being put away, and goes on when it comes back', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  const { tab, auth } = world.openPage()
  await world.clock.advance(300)
  const token = watch(auth.getAccessToken({ forceRefresh: true }))
  expect(await tab.enterBackForwardCache()).toBe(true)
  await world.clock.advance(5000)
  expect([token, world.server.uses]).toEqual([[], []])
  tab.leaveBackForwardCache()
  await world.clock.advance(3000)
  expect(token).toEqual([world.record()?.accessTokens['']?.value])
  expect(world.server.uses).toHaveLength(1)
})

it.each([false, 'refused' as const])(
  'F12: refreshes once for all tabs without Web Locks (%s)',
  async (hasLocks) => {
    const world = createSimulatedWorld({ hasLocks })
    world.storeSession()
    world.clock.jumpWallClock(3_600_000)
    const pages = [world.openPage(), world.openPage(), world.openPage()]
    const tokens = await world.clock.until(
      Promise.all(pages.map(({ auth }) => auth.getAccessToken())),
    )
    expect(new Set(tokens).size).toBe(1)
    expect(world.server.uses).toHaveLength(1)
  },
)

it('takes a tab for dead after 45 s of silence where there are no Web Locks', async () => {
  const { world, two } = await twoPages('before-send', ({ tab }) => tab.crash(), {
    hasLocks: false,
  })
  const early = watch(two.auth.getAccessToken())
  await world.clock.advance(40_000)
  expect([early.length, world.server.uses]).toEqual([1, []])
  await world.clock.advance(12_000)
  expect(await world.clock.until(two.auth.getAccessToken())).toContain('secret-at')
  expect(world.server.uses).toHaveLength(1)
})

it('answers for a refresh that outlives its client: no other tab takes it for dead', async () => {
  const { world, one, two } = await twoPages(
    'answered',
    ({ auth, tab }) => {
      tab.store.fail('reject', Infinity)
      auth.dispose()
    },
    { hasLocks: false },
  )
  const tries = watch(two.auth.getAccessToken())
  await world.clock.advance(70_000)
  expect(tries).toMatchObject([{ reason: 'timeout' }])
  expect(world.server.uses).toHaveLength(1)
  one.tab.store.heal()
  await world.clock.advance(40_000)
  expect(await world.clock.until(two.auth.getAccessToken())).toBe(
    world.record()?.accessTokens['']?.value,
  )
  expect(world.server.uses).toHaveLength(1)
})
