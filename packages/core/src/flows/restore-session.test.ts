import { afterEach, expect, it, vi } from 'vitest'
import { createSimulatedWorld, names } from './testing/simulated-world.js'
import { isUnknown, untilKnown } from './until-known.js'

afterEach(() => void vi.unstubAllGlobals())

it('is ready within 3 s when the store hangs, and shows the session late', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  world.browser.store.fail('hang', Infinity)
  const { auth, events } = world.openPage()
  await world.clock.until(auth.ready)
  expect(world.clock.monotonic()).toBeLessThanOrEqual(3000)
  expect(auth.state).toMatchObject({ status: 'signed-out', error: { code: 'storage' } })
  expect(events.map(({ type }) => type)).toEqual(['storage-failed'])
  world.browser.store.heal()
  await world.clock.advance(10_000)
  expect(auth.state).toMatchObject({ status: 'signed-in', user: { sub: 'alice' } })
})

it('says that the store is tried again, then that it has failed, and follows it when it is back', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  world.browser.store.fail('hang', Infinity)
  const { auth, events } = world.openPage()
  await world.clock.until(auth.ready)
  expect(isUnknown(auth.state)).toBe(true)
  // without one it is a server, which waits for nothing
  vi.stubGlobal('window', {})
  let isKnown = false
  void untilKnown(auth).then(() => (isKnown = true))
  await world.clock.advance(5000)
  expect(isKnown).toBe(false)
  await world.clock.advance(20_000)
  expect(isKnown).toBe(true)
  expect(auth.state).toMatchObject({ status: 'signed-out', error: { code: 'storage' } })
  expect(isUnknown(auth.state)).toBe(false)
  world.browser.store.heal()
  await world.clock.advance(35_000)
  expect(auth.state).toMatchObject({ status: 'signed-in', user: { sub: 'alice' } })
  expect(events.map(({ type }) => type)).toEqual(['storage-failed'])
})

it('reads a store that had failed for long at once when the page is looked at', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  world.browser.store.fail('hang', Infinity)
  const { auth, tab } = world.openPage()
  await world.clock.advance(40_000)
  world.browser.store.heal()
  tab.hide()
  tab.show()
  await world.clock.advance(1000)
  expect(auth.state.status).toBe('signed-in')
})

it('knows that nobody is here, though the store was late', async () => {
  const world = createSimulatedWorld()
  world.browser.store.fail('hang', Infinity)
  const { auth } = world.openPage()
  await world.clock.until(auth.ready)
  world.browser.store.heal()
  await world.clock.advance(4000)
  expect(auth.state).toEqual({ status: 'signed-out', reason: 'never-signed-in' })
})

it('waits for the store when it fails under a callback, too, and does not take that for a failed sign-in', async () => {
  const world = createSimulatedWorld()
  world.browser.store.fail('hang', Infinity)
  const { auth } = world.openPage({}, 'https://app.test/callback?code=c&state=lk..x')
  await world.clock.until(auth.ready)
  expect(isUnknown(auth.state)).toBe(true)
  world.browser.store.heal()
  await world.clock.advance(10_000)
  expect(auth.state).toEqual({ status: 'signed-out', reason: 'never-signed-in' })
})

it('G2: uses a token that a newer version has stored, but never writes or refreshes there', async () => {
  const world = createSimulatedWorld()
  const record = world.storeSession('alice', { v: 9, minReader: 9 })
  const { auth } = world.openPage()
  await world.clock.until(auth.ready)
  expect(await auth.getAccessToken()).toBe(record.accessTokens['']?.value)
  await world.clock.advance(400_000)
  await expect(world.clock.until(auth.getAccessToken())).rejects.toMatchObject({
    reason: 'newer-version',
  })
  expect([world.record(), world.server.uses]).toEqual([record, []])
})

it('G2: keeps what it does not know in the record of a newer version that it may write', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  world.put({ ...world.record(), v: 3, later: { deep: true } })
  world.clock.jumpWallClock(3_600_000)
  const { auth } = world.openPage()
  await world.clock.until(auth.getAccessToken())
  expect(world.record()).toMatchObject({ v: 3, later: { deep: true }, rotates: true })
})

it('G1: takes a malformed record for none, without an error', async () => {
  const world = createSimulatedWorld()
  world.put({ v: 1, state: 'signed-in', accessTokens: 'none' })
  const { auth } = world.openPage()
  await world.clock.until(auth.ready)
  expect(auth.state).toEqual({ status: 'signed-out', reason: 'never-signed-in' })
})

it('shows a session that was written again after it was deleted only while a living page vouches for it', async () => {
  const world = createSimulatedWorld()
  world.storeSession('alice', { volatile: true })
  const alone = world.openPage()
  await world.clock.until(alone.auth.ready)
  expect(alone.auth.state).toMatchObject({ status: 'signed-out' })
  expect(world.record()).toBeUndefined()
})

it('vouches for the session that it has known all along', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  const first = world.openPage()
  await world.clock.advance(300)
  world.put({ ...world.record(), generation: 2, volatile: true })
  const second = world.openPage()
  await world.clock.until(second.auth.ready)
  expect([first.auth.state.status, second.auth.state.status]).toEqual(['signed-in', 'signed-in'])
})

it('refuses a session whose sign-out the store was never told of, and buries it', async () => {
  const world = createSimulatedWorld()
  const { sessionId } = world.storeSession()
  world.browser.localStorage.setItem(names.shared, `!${sessionId}`)
  const { auth } = world.openPage()
  await world.clock.until(auth.ready)
  expect(auth.state).toMatchObject({ status: 'signed-out', reason: 'signed-out' })
  await world.clock.advance(100)
  expect(world.record()).toMatchObject({ state: 'signed-out', accessTokens: {} })
})

it('does not show what it had read before it was frozen, if the user has signed out since', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  const other = world.openPage()
  await world.clock.advance(300)
  const { auth, tab } = world.openPage()
  tab.freeze()
  await world.clock.until(other.auth.signOut())
  const shown: string[] = []
  auth.subscribe(() => shown.push(auth.state.status))
  tab.thaw()
  await world.clock.advance(100)
  expect(shown).toEqual(['signed-out'])
})

it('shows who has signed in while it was frozen, and not first who was there before', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  const { auth, tab } = world.openPage()
  tab.freeze()
  await world.clock.advance(100)
  world.storeSession('bob')
  const shown: unknown[] = []
  auth.subscribe(() => {
    if (auth.state.status === 'signed-in') shown.push(auth.state.user.sub)
  })
  tab.thaw()
  await world.clock.advance(500)
  expect(shown).toEqual(['bob'])
})
