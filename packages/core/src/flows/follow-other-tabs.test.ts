import { expect, it } from 'vitest'
import { createSimulatedWorld, names } from './testing/simulated-world.js'

async function twoPages() {
  const world = createSimulatedWorld()
  world.storeSession()
  const pages = [world.openPage(), world.openPage()] as const
  await world.clock.advance(300)
  return { world, pages }
}

it('signs all tabs out with one of them', async () => {
  const { world, pages } = await twoPages()
  await world.clock.until(pages[0].auth.signOut())
  await world.clock.advance(100)
  expect(pages.map(({ auth }) => auth.state)).toEqual(
    Array.from({ length: 2 }, () => ({ status: 'signed-out', reason: 'signed-out' })),
  )
  expect(pages[1].events).toEqual([{ type: 'signed-out', event: { by: 'another-tab' } }])
})

it('shows nothing of a session in the moment it wakes, if it slept through the sign-out', async () => {
  const { world, pages } = await twoPages()
  const [frozen, other] = pages
  const cached = world.openPage()
  await world.clock.advance(300)
  frozen.tab.freeze()
  expect(await cached.tab.enterBackForwardCache()).toBe(true)
  await world.clock.until(other.auth.signOut())
  frozen.tab.thaw()
  cached.tab.leaveBackForwardCache()
  expect([frozen.auth.state.status, cached.auth.state.status]).toEqual(['signed-out', 'signed-out'])
})

it('shows the session again if a doubt on waking was none', async () => {
  const { world, pages } = await twoPages()
  const [page] = pages
  page.tab.freeze()
  world.browser.localStorage.setItem(names.shared, 'another session')
  page.tab.thaw()
  expect(page.auth.state.status).toBe('restoring')
  await world.clock.advance(100)
  expect(page.auth.state).toMatchObject({ status: 'signed-in', user: { sub: 'alice' } })
})

it('reads the store once after a sleep, before it sends anything', async () => {
  const { world, pages } = await twoPages()
  const [page, other] = pages
  page.tab.freeze()
  const refused = world.record()?.accessTokens['']?.value ?? ''
  const newer = await world.clock.until(other.auth.getAccessToken({ refused }))
  page.tab.thaw()
  expect(await world.clock.until(page.auth.getAccessToken())).toBe(newer)
})

it('goes on in memory when the store cannot be read after a sleep', async () => {
  const { world, pages } = await twoPages()
  const [page] = pages
  page.tab.store.fail('hang', Infinity)
  page.tab.freeze()
  page.tab.thaw()
  const token = await world.clock.until(page.auth.getAccessToken())
  expect(token).toBe(world.record()?.accessTokens['']?.value)
  // a store that has just failed is not waited for again and again
  const startMs = world.clock.monotonic()
  await world.clock.until(page.auth.getAccessToken())
  expect(world.clock.monotonic() - startMs).toBeLessThan(10)
})

it('writes the record again that was deleted under living pages', async () => {
  const { world, pages } = await twoPages()
  const before = world.record()
  world.browser.store.clear()
  world.browser.openTab().environment.openChannel(names.shared)
  await world.clock.advance(250_000)
  expect(world.record()).toMatchObject({ sessionId: before?.sessionId, volatile: true })
  expect(pages.map(({ auth }) => auth.state.status)).toEqual(['signed-in', 'signed-in'])
})

it('follows a deletion in a page that was not watching', async () => {
  const { world, pages } = await twoPages()
  const [page, other] = pages
  other.tab.close()
  page.tab.hide()
  world.browser.store.clear()
  page.tab.show()
  await world.clock.advance(100)
  expect(page.auth.state).toMatchObject({ status: 'signed-out' })
  expect(world.record()).toBeUndefined()
})

it('writes what it knows over a store that went back', async () => {
  const { world, pages } = await twoPages()
  const [page] = pages
  const old = world.record()
  const refused = old?.accessTokens['']?.value ?? ''
  const newer = await world.clock.until(page.auth.getAccessToken({ refused }))
  world.put(old)
  expect(await world.clock.until(page.auth.getAccessToken({ refused: newer }))).not.toBe(newer)
  expect(world.server.uses.map(({ outcome }) => outcome)).toEqual(['granted', 'granted'])
})

it('G7: does not take an absence in one tab for a sign-out of all', async () => {
  const { world, pages } = await twoPages()
  const [page, other] = pages
  const record = world.record()
  other.tab.freeze()
  world.browser.store.clear()
  other.tab.thaw()
  await world.clock.advance(100)
  world.put({ ...record, generation: 9 })
  page.tab.hide()
  page.tab.show()
  other.tab.hide()
  other.tab.show()
  await world.clock.advance(100)
  expect([page.auth.state.status, other.auth.state.status]).toEqual(['signed-in', 'signed-in'])
  expect(world.record()?.state).toBe('signed-in')
})
