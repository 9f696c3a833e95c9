import { expect, it } from 'vitest'
import { createSimulatedWorld } from './testing/simulated-world.js'

it('sends nothing when another tab has refreshed between the wish and its turn', async () => {
  const world = createSimulatedWorld()
  world.storeSession()
  const { protocolOf } = world.server
  let letGo = () => {}
  const isHeld = new Promise<void>((resolve) => (letGo = resolve))
  world.server.protocolOf = (tab) => ({ ...protocolOf(tab), prepare: () => isHeld })
  const slow = world.openPage()
  world.server.protocolOf = protocolOf
  const quick = world.openPage()
  await world.clock.until(Promise.all([slow.auth.ready, quick.auth.ready]))
  for (const wish of [{}, { forceRefresh: true }]) {
    world.clock.jumpWallClock(3_600_000)
    const late = slow.auth.getAccessToken(wish)
    const token = await world.clock.until(quick.auth.getAccessToken(wish))
    letGo()
    expect(await world.clock.until(late)).toBe(token)
  }
  expect(world.server.uses).toHaveLength(2)
})
