import { expect, it } from 'vitest'
import { createFakeClock } from '../environment/testing/fake-clock.js'
import { createSimulatedWorld, names, type SimulatedWorld } from './testing/simulated-world.js'

it('refreshes in memory while the disk is full, once for all tabs, and stores the answer when there is room', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  const [first, second] = [world.openPage(), world.openPage()]
  await world.clock.until(Promise.all([first.auth.ready, second.auth.ready]))
  // the second one hears by then, and can read: it has no reason to object
  await world.clock.advance(2000)
  world.clock.jumpWallClock(3_600_000)
  world.browser.store.fail('full', Infinity)
  const token = await world.clock.until(first.auth.getAccessToken())
  expect(first.auth.state).toMatchObject({ status: 'signed-in', persistence: 'memory' })
  await expect(world.clock.until(second.auth.getAccessToken())).rejects.toMatchObject({
    code: 'refresh-postponed',
  })
  world.browser.store.heal()
  await world.clock.advance(31_000)
  expect(first.auth.state).toMatchObject({ persistence: 'indexeddb' })
  expect(await world.clock.until(second.auth.getAccessToken())).toBe(token)
  expect(world.server.uses.map(({ outcome }) => outcome)).toEqual(['granted'])
})

it('answers who waits for a refresh although the store never answers', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  const { auth, tab } = world.openPage()
  await world.clock.until(auth.ready)
  world.clock.jumpWallClock(3_600_000)
  tab.store.fail('hang', Infinity)
  expect(await world.clock.until(auth.getAccessToken())).toMatch(/./)
  expect(auth.state).toMatchObject({ status: 'signed-in', persistence: 'memory' })
  expect(world.server.uses).toHaveLength(1)
})

it('hears an objection that takes its time: nobody sends what a slow tab has sent', async () => {
  const clock = createFakeClock()
  const world = createSimulatedWorld({
    clock,
    hasLocks: false,
    // a message and its answer take 0.8 s; the store is given up after four
    schedule: (step, label) =>
      label.includes(' hears on ') ? void clock.setTimer(step, 400) : queueMicrotask(step),
  })
  world.storeSession()
  const [first, second] = [world.openPage(), world.openPage()]
  await clock.until(Promise.all([first.auth.ready, second.auth.ready]))
  await clock.advance(2000)
  clock.jumpWallClock(3_600_000)
  world.server.latencyMs = () => 4000
  first.auth.getAccessToken().catch(() => {})
  await clock.advance(1000)
  world.browser.store.fail('hang', Infinity)
  await expect(clock.until(second.auth.getAccessToken())).rejects.toMatchObject({
    code: 'refresh-postponed',
  })
  world.browser.store.heal()
  await clock.advance(31_000)
  expect(second.auth.state).toMatchObject({ status: 'signed-in' })
  expect(world.server.uses.map(({ outcome }) => outcome)).toEqual(['granted'])
})

it('leaves alone, in a page opened later, what a page has spent without the store', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  const first = world.openPage()
  await world.clock.until(first.auth.ready)
  world.clock.jumpWallClock(3_600_000)
  first.tab.store.fail('reject', Infinity)
  const token = await world.clock.until(first.auth.getAccessToken(), 60_000)
  const second = world.openPage()
  await world.clock.until(second.auth.ready)
  await expect(world.clock.until(second.auth.getAccessToken())).rejects.toMatchObject({
    reason: 'storage-unavailable',
  })
  first.tab.store.heal()
  await world.clock.advance(40_000)
  expect(await world.clock.until(second.auth.getAccessToken())).toBe(token)
  expect(world.server.uses.map(({ outcome }) => outcome)).toEqual(['granted'])
})

it('leaves a sign-out in the marker that came while it asked around', async () => {
  const { world, first, second } = await askedAround(3)
  await world.clock.until(second!.auth.signOut({ revoke: false }))
  expect(first!.auth.state).toMatchObject({ status: 'signed-out' })
  expect(world.browser.localStorage.getItem(names.shared)).toBe('!session-1')
  expect(world.server.uses).toEqual([])
})

it('sends nothing after a sign-out that only the marker tells of', async () => {
  const { world, second } = await askedAround(2)
  void second!.auth.signOut({ revoke: false })
  await world.clock.advance(0)
  second!.tab.crash()
  await world.clock.advance(2000)
  expect(world.browser.localStorage.getItem(names.shared)).toBe('!session-1')
  expect(world.server.uses).toEqual([])
})

it.each(['the question', 'the objection'])(
  'does not take %s that could not be read for silence, where there are no locks',
  async (what) => {
    const { world, clock, first, second } = await expiredWithoutLocks()
    world.server.latencyMs = () => 8000
    const sent = first.auth.getAccessToken()
    sent.catch(() => {})
    await clock.advance(100)
    second.tab.store.fail('reject', Infinity)
    garble(world, what === 'the question' ? undefined : 'roll-call')
    await expect(clock.until(second.auth.getAccessToken())).rejects.toMatchObject({
      code: 'refresh-postponed',
    })
    await clock.advance(10_000)
    expect(world.server.uses.map(({ outcome }) => outcome)).toEqual(['granted'])
  },
)

it.each(['ping', 'pong'])(
  'does not take a tab for dead whose %s could not be read, where there are no locks',
  async (what) => {
    const { world, clock, first, second } = await expiredWithoutLocks()
    first.tab.store.fail('reject', Infinity)
    // the other one reads well, and would object
    second.tab.freeze()
    await clock.until(first.auth.getAccessToken())
    second.tab.thaw()
    await clock.advance(10)
    garble(world, what === 'ping' ? undefined : 'ping')
    await expect(clock.until(second.auth.getAccessToken())).rejects.toMatchObject({
      reason: 'storage-unavailable',
    })
    expect(world.server.uses.map(({ outcome }) => outcome)).toEqual(['granted'])
  },
)

/** The store of two pages fails, and the first is asking the others whether it may do without; a third one reads well. */
async function askedAround(pages: 2 | 3) {
  const world = createSimulatedWorld()
  world.storeSession()
  const opened = Array.from({ length: pages }, () => world.openPage())
  await world.clock.until(Promise.all(opened.map(({ auth }) => auth.ready)))
  await world.clock.advance(2000)
  world.clock.jumpWallClock(3_600_000)
  const [first, second] = opened
  first!.tab.store.fail('reject', Infinity)
  second!.tab.store.fail('hang', Infinity)
  first!.auth.getAccessToken().catch(() => {})
  await world.clock.advance(300)
  expect(world.browser.localStorage.getItem(names.shared)).toBe('~session-1')
  return { world, first, second }
}

/** Two pages of a browser without Web Locks, whose token is over. */
async function expiredWithoutLocks() {
  const world = createSimulatedWorld({ hasLocks: false })
  world.storeSession()
  const { clock } = world
  const [first, second] = [world.openPage(), world.openPage()]
  await clock.until(Promise.all([first.auth.ready, second.auth.ready]))
  await clock.advance(2000)
  clock.jumpWallClock(3_600_000)
  return { world, clock, first, second }
}

/** The next message cannot be read; or the first that comes after one of this type. */
function garble({ browser }: SimulatedWorld, after: string | undefined): void {
  if (after === undefined) return browser.channels.garble(1)
  const listener = browser.openTab().environment.openChannel(names.shared)
  listener.open((message) => {
    if ((message as { type?: string }).type === after) browser.channels.garble(1)
  })
}
