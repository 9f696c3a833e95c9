import { expect, it } from 'vitest'
import { createSimulatedWorld } from './testing/simulated-world.js'

/** A page whose tokens live so long, and when its refreshes were sent, in ms. */
async function pageWithLife(lifetimeMs: number) {
  const world = createSimulatedWorld()
  world.server.lifetimeMs = lifetimeMs
  world.storeSession()
  const page = world.openPage()
  await world.clock.advance(300)
  return { world, ...page, sentAt: () => world.server.uses.map(({ sentAt }) => sentAt) }
}

it('refreshes within the last fifth of the life, at a random point of its first third', async () => {
  const { world, sentAt } = await pageWithLife(300_000)
  await world.clock.advance(300_000)
  expect(sentAt()).toHaveLength(1)
  expect(sentAt()[0]).toBeGreaterThanOrEqual(240_000)
  expect(sentAt()[0]).toBeLessThanOrEqual(258_100)
})

it.each([5000, 60_000])(
  'keeps a life of %s ms going, with no more refreshes than expiries',
  async (lifetimeMs) => {
    const { world, auth, sentAt } = await pageWithLife(lifetimeMs)
    for (let second = 0; second < 120; second++) {
      await world.clock.advance(1000)
      expect(await world.clock.until(auth.getAccessToken())).toContain('secret-at')
    }
    expect(sentAt().length).toBeLessThanOrEqual(120_000 / (lifetimeMs * 0.8) + 1)
    expect(world.server.uses.every(({ outcome }) => outcome === 'granted')).toBe(true)
  },
)

it('waits 90 days for a token of 90 days, in steps of an hour', async () => {
  const ninetyDaysMs = 90 * 24 * 3_600_000
  const { world, sentAt } = await pageWithLife(ninetyDaysMs)
  await world.clock.advance(ninetyDaysMs - 61_000)
  expect(sentAt()).toEqual([])
  await world.clock.advance(60_000)
  expect(sentAt()).toHaveLength(1)
})

it('I-5: leaves a hidden tab alone, and catches up when it is shown', async () => {
  const { world, tab, sentAt } = await pageWithLife(300_000)
  tab.hide()
  await world.clock.advance(600_000)
  expect(sentAt()).toEqual([])
  tab.show()
  await world.clock.advance(1000)
  expect(sentAt()).toHaveLength(1)
})

it('stays armed for a tab that comes back at any point of the life', async () => {
  for (let part = 1; part < 20; part++) {
    const { world, tab, sentAt } = await pageWithLife(300_000)
    tab.hide()
    await world.clock.advance(300_000 * (part / 20))
    tab.show()
    await world.clock.advance(300_000)
    expect(sentAt().length).toBeGreaterThanOrEqual(1)
  }
})

it('I-5, H2: refreshes after the clock was set forward past the end, and after it was set back before the start', async () => {
  for (const jumpMs of [3_600_000, -3_600_000]) {
    const { world, auth } = await pageWithLife(300_000)
    const before = await auth.getAccessToken()
    world.clock.jumpWallClock(jumpMs)
    const after = await world.clock.until(auth.getAccessToken())
    expect(after).not.toBe(before)
    expect(await world.clock.until(auth.getAccessToken())).toBe(after)
    expect(world.server.uses).toHaveLength(1)
  }
})

it('uses a token without a life until it is refused', async () => {
  const { world, auth, sentAt } = await pageWithLife(0)
  await world.clock.advance(24 * 3_600_000)
  const token = await auth.getAccessToken()
  expect(sentAt()).toEqual([])
  expect(await world.clock.until(auth.getAccessToken({ refused: token }))).not.toBe(token)
})

it('works without a refresh token until the access token ends, then asks', async () => {
  const world = createSimulatedWorld()
  world.server.grantsRefreshTokens = false
  const { accessTokens } = world.storeSession()
  const { auth, events } = world.openPage()
  await world.clock.advance(200_000)
  expect(await auth.getAccessToken()).toBe(accessTokens['']?.value)
  // what cannot be had ends nothing
  await expect(
    world.clock.until(auth.getAccessToken({ forceRefresh: true })),
  ).rejects.toMatchObject({ reason: 'no-refresh-token' })
  expect(auth.state.status).toBe('signed-in')
  await world.clock.advance(120_000)
  await expect(world.clock.until(auth.getAccessToken())).rejects.toMatchObject({
    name: 'SessionEndedError',
  })
  expect(events.map(({ type }) => type)).toContain('session-ended')
})
