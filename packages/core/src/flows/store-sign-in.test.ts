import { expect, it } from 'vitest'
import type { StoreFault } from '../environment/testing/fake-store.js'
import type { SessionRecord } from '../session/session-record.js'
import { createSimulatedWorld, names } from './testing/simulated-world.js'

/** Alice signs in while her page's store takes nothing; before her, the store held what `before` puts there. */
async function unstoredSignIn(
  before: (world: ReturnType<typeof createSimulatedWorld>) => void,
  fault: StoreFault = 'reject',
) {
  const world = createSimulatedWorld()
  before(world)
  const start = world.openPage()
  await world.clock.advance(300)
  start.tab.setUserGesture(true)
  start.auth.signIn().catch(() => {})
  await world.clock.advance(100)
  const state = new URL(start.tab.destination ?? '').searchParams.get('state') ?? ''
  const url = `/callback?code=alice&state=${encodeURIComponent(state)}`
  world.server.latencyMs = () => 1000
  const page = world.loadClient(start.tab.navigate(url))
  await world.clock.advance(500)
  page.tab.store.fail(fault, Infinity)
  await world.clock.until(page.auth.ready)
  expect(page.auth.state).toMatchObject({ status: 'signed-in', persistence: 'memory' })
  return { world, ...page }
}

it('stores a session late with the tokens it has by then: a refresh token that was spent in memory is never shared', async () => {
  const { world, auth, tab } = await unstoredSignIn(() => {})
  const refused = await auth.getAccessToken()
  const newer = await world.clock.until(auth.getAccessToken({ refused }), 60_000)
  expect(newer).not.toBe(refused)
  const written: unknown[] = []
  world.browser.store.onWrite(({ key, after }) => {
    if (key === names.session) written.push((after as SessionRecord).refreshToken)
  })
  tab.store.heal()
  await world.clock.advance(40_000)
  expect(auth.state).toMatchObject({ persistence: 'indexeddb' })
  expect(world.record()).toMatchObject({ refreshToken: world.server.uses.at(-1)?.successor })
  expect(written).not.toContain(world.server.uses[0]?.refreshToken)
  const other = world.openPage()
  await world.clock.until(other.auth.ready)
  expect(await world.clock.until(other.auth.getAccessToken())).toBe(newer)
})

it('leaves the store to who has signed in since', async () => {
  const { world, auth, tab } = await unstoredSignIn(() => {})
  const bob = world.storeSession('bob')
  tab.store.heal()
  await world.clock.advance(40_000)
  expect(auth.state).toMatchObject({ status: 'signed-in', user: { sub: 'bob' } })
  expect(world.record()?.sessionId).toBe(bob.sessionId)
})

it('stores nothing late once the user has signed out somewhere else, and leaves', async () => {
  const { world, auth, tab } = await unstoredSignIn((before) => before.storeSession('alice'))
  const other = world.openPage()
  await world.clock.advance(500)
  await world.clock.until(other.auth.signOut())
  tab.store.heal()
  await world.clock.advance(40_000)
  expect([auth.state.status, other.auth.state.status]).toEqual(['signed-out', 'signed-out'])
  expect(JSON.stringify(world.record() ?? {})).not.toContain('secret-')
  expect(world.browser.localStorage.getItem(names.shared)).toBe('!session-1')
})

it('answers who asks for a token while it finds out, on reading, that the user has signed out', async () => {
  const { world, auth, tab } = await unstoredSignIn(
    (before) => before.storeSession('alice'),
    'full',
  )
  const other = world.openPage()
  await world.clock.advance(500)
  await world.clock.until(other.auth.signOut())
  tab.store.heal()
  // a doubt, and nothing that wakes its own attempts
  const anybody = world.browser.openTab().environment.openChannel(names.shared)
  anybody.open(() => {})
  world.browser.channels.garble(1)
  anybody.post({})
  await world.clock.advance(0)
  await expect(world.clock.until(auth.getAccessToken(), 60_000)).rejects.toMatchObject({
    code: 'sign-in-required',
  })
  expect(auth.state).toMatchObject({ status: 'signed-out' })
})
