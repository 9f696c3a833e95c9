import { expect, it } from 'vitest'
import { createSimulatedWorld } from './testing/simulated-world.js'

it('gives a valid token at once, without lock, storage or network', async () => {
  const world = createSimulatedWorld()
  const { accessTokens } = world.storeSession()
  const { auth } = world.openPage()
  await world.clock.until(auth.ready)
  expect(await auth.getAccessToken()).toBe(accessTokens['']?.value)
  expect(world.server.uses).toEqual([])
})

it('refreshes an expired token once for all tabs', async () => {
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
