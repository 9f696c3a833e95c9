import { expect, it } from 'vitest'
import { createSimulatedWorld, names, type SimulatedWorld } from './testing/simulated-world.js'

/** Does something once, when the refresh gets there. */
function at(world: SimulatedWorld, moment: 'sent' | 'answered', what: () => void): void {
  let isDone = false
  world.server.onMoment((now) => {
    if (isDone || now !== moment) return
    isDone = true
    what()
  })
}

function expiredWorld() {
  const world = createSimulatedWorld()
  world.storeSession()
  world.clock.jumpWallClock(3_600_000)
  return world
}

it('keeps tokens that cannot be stored in memory, owned, and stores them when the store works again', async () => {
  const world = expiredWorld()
  const { auth, tab, events } = world.openPage()
  const other = world.openPage()
  await world.clock.until(Promise.all([auth.ready, other.auth.ready]))
  at(world, 'answered', () => tab.store.fail('reject', Infinity))
  const token = await world.clock.until(auth.getAccessToken())
  expect(auth.state).toMatchObject({ status: 'signed-in', persistence: 'memory' })
  expect(events.map(({ type }) => type)).toContain('storage-failed')
  expect(world.record()?.accessTokens['']?.value).not.toBe(token)
  // the other tab sees a living owner and does not spend the old refresh token
  await expect(world.clock.until(other.auth.getAccessToken())).rejects.toMatchObject({
    reason: 'timeout',
  })
  tab.store.heal()
  await world.clock.advance(31_000)
  expect(world.record()).toMatchObject({ refreshToken: world.server.uses[0]?.successor })
  expect(auth.state).toMatchObject({ persistence: 'indexeddb' })
  expect(await world.clock.until(other.auth.getAccessToken())).toBe(token)
  expect(world.server.uses).toHaveLength(1)
})

it('takes a write that landed unnoticed for what it is', async () => {
  const world = expiredWorld()
  const { auth, tab } = world.openPage()
  await world.clock.until(auth.ready)
  at(world, 'answered', () => tab.store.fail('land-unnoticed', 2))
  await world.clock.until(auth.getAccessToken())
  await world.clock.advance(5000)
  expect(world.record()?.refreshToken).toBe(world.server.uses[0]?.successor)
  expect(auth.state).toMatchObject({ refresh: 'idle', persistence: 'indexeddb' })
})

it.each(['is there', 'is lost'])(
  'does not go back to what it wrote unnoticed, once another tab has refreshed from there and the record %s',
  async (what) => {
    // with Web Locks the other one would wait in the queue
    const world = createSimulatedWorld({ hasLocks: false })
    world.storeSession()
    const [one, two] = [world.openPage(), world.openPage()]
    await world.clock.until(Promise.all([one.auth.ready, two.auth.ready]))
    await world.clock.advance(2000)
    at(world, 'answered', () => one.tab.store.fail('land-unnoticed', 3))
    one.auth.getAccessToken({ forceRefresh: true }).catch(() => {})
    await world.clock.advance(500)
    const refused = await world.clock.until(two.auth.getAccessToken({ forceRefresh: true }))
    const newest = await world.clock.until(two.auth.getAccessToken({ refused }))
    two.auth.dispose()
    await world.clock.advance(3000)
    if (what === 'is lost') world.put(undefined)
    await world.clock.advance(40_000)
    expect(await world.clock.until(one.auth.getAccessToken())).toBe(newest)
    expect(world.record()?.refreshToken).toBe(world.server.uses[1]?.successor)
    expect(await world.clock.until(one.auth.getAccessToken({ forceRefresh: true }))).not.toBe(
      newest,
    )
    expect(world.server.uses.map(({ outcome }) => outcome)).toEqual([
      'granted',
      'granted',
      'granted',
    ])
  },
)

it('stores two answers that had to wait in the order they came', async () => {
  const world = expiredWorld()
  const { auth, tab } = world.openPage()
  await world.clock.until(auth.ready)
  at(world, 'answered', () => tab.store.fail('reject', Infinity))
  const first = await world.clock.until(auth.getAccessToken())
  const second = await world.clock.until(auth.getAccessToken({ refused: first }))
  expect(second).not.toBe(first)
  tab.store.heal()
  await world.clock.advance(31_000)
  expect(world.record()?.refreshToken).toBe(world.server.uses[1]?.successor)
  expect(world.server.uses.map(({ outcome }) => outcome)).toEqual(['granted', 'granted'])
})

it('G12, I-6: revokes tokens that come after a sign-out, and stores none', async () => {
  const world = expiredWorld()
  const { auth } = world.openPage()
  await world.clock.until(auth.ready)
  at(world, 'sent', () => void auth.signOut())
  await expect(world.clock.until(auth.getAccessToken())).rejects.toMatchObject({
    code: 'sign-in-required',
  })
  await world.clock.advance(5000)
  const successor = world.server.uses[0]?.successor
  expect(world.server.revocations.map(({ refreshToken }) => refreshToken)).toContain(successor)
  expect(world.record()).toMatchObject({ state: 'signed-out', accessTokens: {} })
  expect(JSON.stringify(world.record())).not.toContain('secret-')
  expect(auth.state).toMatchObject({ status: 'signed-out', reason: 'signed-out' })
})

it('drops tokens that come after the same user has signed in again, and revokes nothing', async () => {
  const world = expiredWorld()
  const { auth } = world.openPage()
  await world.clock.until(auth.ready)
  at(world, 'sent', () => void world.storeSession('alice'))
  const token = await world.clock.until(auth.getAccessToken())
  expect(token).toBe(world.record()?.accessTokens['']?.value)
  expect(world.record()?.sessionId).toBe('session-2')
  await world.clock.advance(5000)
  expect(world.server.revocations).toEqual([])
})

it('I-19: revokes tokens that come after another user has signed in, and follows that user', async () => {
  const world = expiredWorld()
  const { auth, events } = world.openPage()
  await world.clock.until(auth.ready)
  at(world, 'sent', () => void world.storeSession('bob'))
  await world.clock.until(auth.getAccessToken())
  await world.clock.advance(1000)
  expect(auth.state).toMatchObject({ status: 'signed-in', user: { sub: 'bob' } })
  expect(events.map(({ type }) => type)).toContain('session-changed')
  expect(world.server.revocations.map(({ refreshToken }) => refreshToken)).toEqual([
    world.server.uses[0]?.successor,
  ])
})

it('adopts what another tab has saved when its own refresh token is refused', async () => {
  const world = expiredWorld()
  const { auth } = world.openPage()
  await world.clock.until(auth.ready)
  world.server.fates.push('refused')
  at(world, 'sent', () => {
    const tokens = world.server.signIn('alice')
    const record = world.record()!
    world.put({
      ...record,
      generation: record.generation + 1,
      refreshToken: tokens.refreshToken,
      accessTokens: {
        '': { ...record.accessTokens[''], value: tokens.accessToken, startedAt: world.clock.now() },
      },
    })
  })
  expect(await world.clock.until(auth.getAccessToken())).toBe(
    world.record()?.accessTokens['']?.value,
  )
  expect(world.record()?.state).toBe('signed-in')
})

it('does not ask another writer of the record for its generation', async () => {
  const world = expiredWorld()
  const { auth } = world.openPage()
  await world.clock.until(auth.ready)
  at(world, 'sent', () => {
    const record = world.record()!
    world.put({ ...record, generation: record.generation + 7, fromTheFuture: true })
  })
  await world.clock.until(auth.getAccessToken())
  expect(world.record()).toMatchObject({
    refreshToken: world.server.uses[0]?.successor,
    fromTheFuture: true,
  })
})

it('G7: writes the record again that was deleted while it refreshed, and says that it did', async () => {
  const world = expiredWorld()
  const { auth } = world.openPage()
  await world.clock.until(auth.ready)
  at(world, 'sent', () => world.browser.store.put(names.session, undefined))
  const token = await world.clock.until(auth.getAccessToken())
  expect(world.record()).toMatchObject({ volatile: true, accessTokens: { '': { value: token } } })
})

it('stores its answer in a record that a newer version has taken over meanwhile, and keeps what that added', async () => {
  const world = expiredWorld()
  const { auth } = world.openPage()
  await world.clock.until(auth.ready)
  at(world, 'sent', () => {
    const record = world.record()
    world.put({ ...record, generation: (record?.generation ?? 0) + 1, minReader: 2, later: 'kept' })
  })
  const token = await world.clock.until(auth.getAccessToken())
  expect(world.record()).toMatchObject({
    refreshToken: world.server.uses[0]?.successor,
    minReader: 2,
    later: 'kept',
  })
  // used to its end; then only the newer version refreshes
  expect(await world.clock.until(auth.getAccessToken())).toBe(token)
  await expect(world.clock.until(auth.getAccessToken({ refused: token }))).rejects.toMatchObject({
    reason: 'newer-version',
  })
  expect(world.server.uses).toHaveLength(1)
})

it('buries what it has just stored, if the user has signed out where the store could not be told', async () => {
  const world = expiredWorld()
  const [one, two] = [world.openPage(), world.openPage()]
  await world.clock.until(Promise.all([one.auth.ready, two.auth.ready]))
  world.server.latencyMs = () => 1000
  one.auth.getAccessToken().catch(() => {})
  await world.clock.advance(500)
  two.tab.store.fail('reject', Infinity)
  world.browser.channels.garble(9)
  void two.auth.signOut()
  await world.clock.advance(50)
  two.tab.crash()
  await world.clock.advance(10_000)
  expect(one.auth.state).toMatchObject({ status: 'signed-out', reason: 'signed-out' })
  expect(world.record()).toMatchObject({ state: 'signed-out', accessTokens: {} })
  expect(world.server.revocations.map(({ refreshToken }) => refreshToken)).toContain(
    world.server.uses[0]?.successor,
  )
})

it('stores nothing after a sign-out, though another writer has put the session back meanwhile', async () => {
  const world = expiredWorld()
  const { auth } = world.openPage()
  await world.clock.until(auth.ready)
  world.server.latencyMs = () => 1000
  auth.getAccessToken().catch(() => {})
  await world.clock.advance(500)
  const before = world.record()
  await world.clock.until(auth.signOut({ revoke: false }))
  world.put(before)
  const written: unknown[] = []
  world.browser.store.onWrite(({ after }) => written.push(after))
  await world.clock.advance(5000)
  const successor = world.server.uses[0]?.successor
  expect(successor).toBeDefined()
  expect(JSON.stringify(written)).not.toContain(successor)
  expect(world.server.revocations.map(({ refreshToken }) => refreshToken)).toContain(successor)
})

it('stores what waits as soon as a newer token is wanted, not only when its next try is due', async () => {
  const world = expiredWorld()
  const { auth, tab } = world.openPage()
  await world.clock.until(auth.ready)
  at(world, 'answered', () => tab.store.fail('reject', Infinity))
  const refused = await world.clock.until(auth.getAccessToken())
  // the tries are 30 s apart by now
  await world.clock.advance(60_000)
  tab.store.heal()
  const startMs = world.clock.monotonic()
  await world.clock.until(auth.getAccessToken({ refused }))
  expect(world.clock.monotonic() - startMs).toBeLessThan(5000)
  expect(auth.state).toMatchObject({ persistence: 'indexeddb' })
})
