import { expect, it } from 'vitest'
import { createSimulatedWorld, names } from './flows/testing/simulated-world.js'
import { serveRefreshes } from './flows/serve-refreshes.js'
import { handleRefreshes } from './service-worker.js'

const options = { issuer: 'https://as.test', clientId: 'spa' }

it('F16: the service worker listens for messages alone: it sees no request of the page', () => {
  const listened: string[] = []
  const scope = Object.assign(Object.create(globalThis) as object, {
    addEventListener: (type: string) => listened.push(type),
  })
  handleRefreshes(options, scope)
  expect(listened).toEqual(['message'])
})

it('F13, F14: the service worker serves its own client, and takes no other address from a message', async () => {
  const { world, serve, message } = await stage()
  for (const change of [
    { client: 'latchkey:https://evil.test spa ' },
    { v: 2 },
    { type: 'init', issuer: 'https://evil.test' },
  ])
    expect(serve({ ...message, ...change })).toBeUndefined()
  await world.clock.until(
    serve({ ...message, issuer: 'https://evil.test', tokenEndpoint: 'https://evil.test/token' }) ??
      expect.unreachable(),
  )
  expect(world.server.uses.map(({ outcome }) => outcome)).toEqual(['granted'])
})

it('F15: the service worker has no token left after the sign-out, nor between two messages', async () => {
  const { world, serve, message, record } = await stage()
  await world.clock.until(serve(message) ?? expect.unreachable())
  world.put({
    ...record,
    state: 'signed-out',
    generation: 100,
    refreshToken: undefined,
    accessTokens: {},
  })
  await world.clock.until(serve({ ...message, startedAt: Infinity }) ?? expect.unreachable())
  expect(world.server.uses).toHaveLength(1)
  expect(JSON.stringify(world.record())).not.toContain('secret-at')
})

it('F13, I-19: a message about a session that is over refreshes nobody else’s', async () => {
  const { world, serve, message } = await stage()
  world.storeSession('bob')
  await world.clock.until(serve({ ...message, startedAt: Infinity }) ?? expect.unreachable())
  expect(world.server.uses).toEqual([])
})

async function stage() {
  const world = createSimulatedWorld()
  const record = world.storeSession()
  const tab = world.browser.openTab({ fetch: world.server.fetch })
  const { serve } = serveRefreshes(options, tab.environment, () => world.server.protocolOf(tab))
  const message = {
    v: 1,
    type: 'refresh',
    client: names.shared,
    session: record.sessionId,
    startedAt: world.clock.now(),
  }
  return { world, record, message, serve: (what: unknown) => serve(what, () => {}) }
}
