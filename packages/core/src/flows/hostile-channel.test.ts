/** Any script of the origin can post into the channel between tabs: messages are hints, and nothing in them is believed. */
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { createSimulatedWorld, names } from './testing/simulated-world.js'

/** A signed-in page, and a script of the same origin that posts what it likes. */
async function besideForger(
  options: Parameters<ReturnType<typeof createSimulatedWorld>['openPage']>[0] = {},
) {
  const world = createSimulatedWorld()
  world.storeSession()
  const page = world.openPage({ proactiveRefresh: false, ...options })
  onTestFinished(() => page.auth.dispose())
  await world.clock.until(page.auth.ready)
  await world.clock.advance(1000)
  const heard: unknown[] = []
  const channel = world.browser.openTab().environment.openChannel(names.shared)
  channel.open((message) => heard.push(message))
  return { world, page, heard, post: (message: unknown) => channel.post(message) }
}

it.each([
  ['F7: a forged sign-out', { v: 1, type: 'changed', generation: 1e9, signedOut: true }],
  ['F6: forged news of a later generation', { v: 1, type: 'changed', generation: 1e9 }],
  [
    'F6: forged tokens',
    { v: 1, type: 'changed', generation: 1e9, accessTokens: { '': { value: 'evil' } } },
  ],
  ['F6: a message of another library', { type: 'signed-in', tokens: { access_token: 'evil' } }],
  [
    'F6: a message of a later version',
    { v: 99, type: 'changed', generation: 1e9, signedOut: true },
  ],
  ['F6: a type that is a member of every object', { v: 1, type: 'constructor', generation: 1 }],
  ['F6: 10 MB', { v: 1, type: 'changed', generation: 1e9, junk: 'x'.repeat(10_000_000) }],
])('%s changes neither state nor store nor token', async (_, message) => {
  const { world, page, post } = await besideForger()
  const { state } = page.auth
  const record = world.record()
  post(message)
  await world.clock.advance(5000)
  expect(page.auth.state).toBe(state)
  expect(world.record()).toEqual(record)
  expect(await world.clock.until(page.auth.getAccessToken())).toBe(record?.accessTokens['']?.value)
  expect(world.server.uses).toEqual([])
})

it('F6: ten thousand messages at once write nothing, send nothing, and hold nobody up', async () => {
  const { world, page, post } = await besideForger()
  const writes: string[] = []
  world.browser.store.onWrite(({ key }) => writes.push(key))
  for (let generation = 1; generation <= 10_000; generation++)
    post({ v: 1, type: 'changed', generation })
  await world.clock.advance(5000)
  expect(await world.clock.until(page.auth.getAccessToken({ forceRefresh: true }))).toMatch(
    /^secret-at/,
  )
  expect([writes.length < 10, world.server.uses.length]).toEqual([true, 1])
})

it('F1, F6, R9: a forged word that the popup is done signs nobody in', async () => {
  const world = createSimulatedWorld()
  const page = world.openPage({ proactiveRefresh: false })
  onTestFinished(() => page.auth.dispose())
  await world.clock.until(page.auth.ready)
  await world.clock.advance(1000)
  const outcome = page.auth.signIn({ display: 'popup' }).catch(({ code }: { code: string }) => code)
  await world.clock.advance(100)
  const [pending] = Object.values(world.browser.store.peek(names.requests) as object) as [
    { attempt: string },
  ]
  const forger = world.browser.openTab().environment.openChannel(names.shared)
  forger.open(() => {})
  forger.post({ v: 1, type: 'sign-in-finished', attempt: pending.attempt, outcome: 'signed-in' })
  await world.clock.advance(10_000)
  expect(page.auth.state).toEqual({ status: 'signing-in' })
  expect(await world.clock.until(outcome, 700_000)).toBe('sign-in-timeout')
})

it('F6, INV4: fuzz: whatever is posted, nobody is signed in or out by it, and what is answered holds no secret', async () => {
  const { world, page, heard, post } = await besideForger()
  const { state } = page.auth
  const record = world.record()
  const type = fc.constantFrom(
    ...[
      'changed',
      'ping',
      'pong',
      'roll-call',
      'objection',
      'vouch-for',
      'voucher',
      'sign-in-finished',
    ],
    ...['active', 'toString', '__proto__', ''],
  )
  const value = fc.oneof(
    fc.anything({ withDate: true, withMap: true, withTypedArray: true }),
    fc.constantFrom(record?.sessionId, record?.generation, 0, -1, 1e300, Number.NaN, ''),
  )
  const message = fc.oneof(
    fc.record(
      {
        v: fc.constantFrom(1, 0, 2, '1'),
        type,
        generation: value,
        session: value,
        intent: value,
        attempt: value,
        signedOut: value,
      },
      { requiredKeys: ['v', 'type'] },
    ),
    value,
  )
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 5 }), async (messages) => {
      for (const one of messages) post(one)
      await world.clock.advance(50)
      expect(page.auth.state).toBe(state)
      expect(world.record()).toEqual(record)
      expect(world.server.uses).toEqual([])
    }),
    { numRuns: 200 },
  )
  expect(await world.clock.until(page.auth.getAccessToken({ forceRefresh: true }))).toMatch(
    /^secret-at/,
  )
  expect(JSON.stringify(heard)).not.toContain('secret-')
}, 60_000)
