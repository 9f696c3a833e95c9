import { expect, it } from 'vitest'
import { createFakeClock } from '../environment/testing/fake-clock.js'
import { createSimulatedWorld, names, type SimulatedWorld } from './testing/simulated-world.js'

async function signedInPage() {
  const world = createSimulatedWorld()
  const record = world.storeSession()
  const page = world.openPage()
  await world.clock.advance(300)
  return { world, record, ...page }
}

/** Another tab in which the same user signs in, in the moment the code is there; a slow token endpoint will redeem it. */
async function comeBack(world: SimulatedWorld) {
  const { auth, tab } = world.openPage()
  await world.clock.advance(300)
  tab.setUserGesture(true)
  auth.signIn().catch(() => {})
  await world.clock.advance(100)
  const state = new URL(tab.destination ?? '').searchParams.get('state') ?? ''
  const url = `/callback?code=alice&state=${encodeURIComponent(state)}`
  world.server.latencyMs = () => 1000
  const page = world.loadClient(tab.navigate(url))
  return { returned: page.auth, tab: page.tab }
}

it('L2, INV6: leaves a tombstone without a token, and revokes the newest refresh token', async () => {
  const { world, record, auth } = await signedInPage()
  const signedOut = auth.signOut()
  await world.clock.until(signedOut)
  await world.clock.advance(1000)
  expect(world.record()).toMatchObject({
    state: 'signed-out',
    sessionId: record.sessionId,
    signOuts: 1,
    generation: record.generation + 1,
  })
  expect(JSON.stringify(world.record())).not.toContain('secret-')
  expect(world.server.revocations.map(({ refreshToken }) => refreshToken)).toEqual([
    record.refreshToken,
  ])
})

it('is out in memory before anything is awaited, and the marker says so if the tab is closed at once', async () => {
  const { world, record, auth, tab } = await signedInPage()
  void auth.signOut()
  await Promise.resolve()
  await Promise.resolve()
  expect(auth.state).toEqual({ status: 'signed-out', reason: 'signed-out' })
  await world.clock.advance(0)
  tab.close()
  expect(world.browser.localStorage.getItem(names.shared)).toBe(`!${record.sessionId}`)
  const next = world.openPage()
  await world.clock.until(next.auth.ready)
  expect(next.auth.state).toMatchObject({ status: 'signed-out' })
})

it('empties the store as soon as it works again, if the tombstone could not be written', async () => {
  const { world, record, auth, tab, events } = await signedInPage()
  tab.store.fail('reject', Infinity)
  await world.clock.until(auth.signOut())
  expect(events.map(({ type }) => type)).toEqual(['storage-failed', 'signed-out'])
  expect(world.record()).toEqual(record)
  const other = world.openPage()
  await world.clock.until(other.auth.ready)
  expect(other.auth.state).toMatchObject({ status: 'signed-out', reason: 'signed-out' })
  tab.store.heal()
  await world.clock.advance(40_000)
  expect(JSON.stringify(world.record() ?? {})).not.toContain('secret-')
})

it('tells of the sign-out before it shows another user who has signed in while the page was frozen in it', async () => {
  const { world, auth, tab, events } = await signedInPage()
  const signedOut = auth.signOut()
  await Promise.resolve()
  tab.freeze()
  world.storeSession('bob')
  await world.clock.advance(60_000)
  tab.thaw()
  await world.clock.until(signedOut)
  await world.clock.advance(1000)
  expect(auth.state).toMatchObject({ status: 'signed-in', user: { sub: 'bob' } })
  expect(events.map(({ type }) => type)).toEqual(['signed-out', 'signed-in'])
})

it.each(['alice', 'bob'])(
  'means a newer session of the same person that it reads while the store fails, and nobody else’s: %s',
  async (who) => {
    const clock = createFakeClock()
    const schedule = (step: () => void) => void clock.setTimer(step, 10)
    const world = createSimulatedWorld({ clock, schedule })
    world.storeSession()
    const { auth, tab, events } = world.openPage()
    await clock.until(auth.ready)
    await clock.advance(1000)
    const { sessionId } = world.storeSession(who)
    tab.hide()
    tab.show()
    // the read has begun, and is not over
    await clock.advance(5)
    tab.store.fail('reject', Infinity)
    await clock.until(auth.signOut({ revoke: false }))
    await clock.advance(20_000)
    const isSame = who === 'alice'
    expect(auth.state.status).toBe(isSame ? 'signed-out' : 'signed-in')
    expect(events.map(({ type }) => type)).toEqual(
      isSame
        ? ['signed-out', 'signed-in', 'storage-failed', 'storage-failed', 'signed-out']
        : ['signed-out', 'signed-in', 'storage-failed'],
    )
    tab.store.heal()
    await clock.advance(40_000)
    expect(world.record()).toEqual(isSame ? undefined : expect.objectContaining({ sessionId }))
  },
)

it('leaves the marker to another user who has signed in while it waited for the store', async () => {
  const { world, auth, tab } = await signedInPage()
  tab.store.fail('hang')
  const signedOut = auth.signOut({ revoke: false })
  await world.clock.advance(100)
  const { sessionId } = world.storeSession('bob')
  await world.clock.until(signedOut)
  expect(world.browser.localStorage.getItem(names.shared)).toBe(sessionId)
})

it('leaves the marker to a later sign-out, though its own takes longer', async () => {
  const { world, auth, tab } = await signedInPage()
  tab.store.fail('hang')
  const first = auth.signOut({ revoke: false })
  await world.clock.advance(100)
  world.storeSession('alice')
  tab.hide()
  tab.show()
  await world.clock.advance(100)
  expect(auth.state.status).toBe('signed-in')
  await world.clock.until(auth.signOut({ revoke: false }))
  tab.store.fail('hang')
  await world.clock.until(first)
  expect(world.browser.localStorage.getItem(names.shared)).toBe('!session-2')
})

it('does not end the session of another user who has signed in meanwhile', async () => {
  const { world, auth, tab } = await signedInPage()
  tab.freeze()
  const bob = world.storeSession('bob')
  tab.thaw()
  const signedOut = auth.signOut()
  await world.clock.until(signedOut)
  expect(world.record()).toEqual(bob)
  expect(world.browser.localStorage.getItem(names.shared)).toBe(bob.sessionId)
})

it('L3, I-7: works with the authorization server out of reach', async () => {
  const { world, auth, tab } = await signedInPage()
  tab.goOffline()
  await world.clock.until(auth.signOut())
  expect([auth.state.status, world.record()?.state]).toEqual(['signed-out', 'signed-out'])
})

it('signs out over the record of a newer version as well: no token stays', async () => {
  const { world, record, auth } = await signedInPage()
  world.put({ ...record, generation: record.generation + 1, v: 2, minReader: 2 })
  await world.clock.until(auth.signOut())
  expect(world.record()).toMatchObject({ state: 'signed-out', sessionId: record.sessionId })
  expect(JSON.stringify(world.record())).not.toContain('secret-')
})

it('wins over a sign-in under way in another tab, also where that could not read the store', async () => {
  for (const isReadable of [true, false]) {
    const { world, auth } = await signedInPage()
    const { returned, tab } = await comeBack(world)
    const forget = world.browser.store.onWrite(({ key }) => {
      // the read after the pending request was taken, and its second try
      if (key === names.requests && !isReadable) tab.store.fail('reject', 2)
    })
    await world.clock.advance(500)
    forget()
    await world.clock.until(Promise.all([auth.signOut(), returned.ready]))
    expect(returned.state).toMatchObject({
      status: 'signed-out',
      error: { code: 'signed-out-meanwhile' },
    })
    await world.clock.advance(5000)
    expect(world.server.revocations).toHaveLength(2)
  }
})

it('ends the session in the store as well, if the one after it could not be stored', async () => {
  const { world, record, auth } = await signedInPage()
  const { returned, tab } = await comeBack(world)
  world.browser.store.onWrite(({ key, tab: writer }) => {
    if (key === names.requests && writer === tab.id)
      world.clock.setTimer(() => tab.store.fail('reject', 40), 50)
  })
  await world.clock.until(returned.ready)
  expect(returned.state).toMatchObject({ status: 'signed-in', persistence: 'memory' })
  expect(auth.state.status).toBe('signed-in')
  await world.clock.until(returned.signOut())
  await world.clock.advance(1000)
  expect(world.browser.localStorage.getItem(names.shared)).toBe(`!${record.sessionId}`)
  expect([returned.state.status, auth.state.status]).toEqual(['signed-out', 'signed-out'])
  tab.store.heal()
  await world.clock.advance(40_000)
  expect(JSON.stringify(world.record() ?? {})).not.toContain('secret-')
})
