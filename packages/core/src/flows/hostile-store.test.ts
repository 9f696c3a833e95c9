/** What a page finds in its store may have been written by anybody: the whole client against SECURITY group G. */
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { startHostileIssuer } from '../../../dev-issuer/src/testing/hostile-issuer.js'
import { isAuthError } from '../errors.js'
import type { SessionRecord } from '../session/session-record.js'
import { startHostileScene } from './testing/hostile-scene.js'
import { createSimulatedWorld, names } from './testing/simulated-world.js'

async function signedIn() {
  const scene = await startHostileScene()
  return { scene, page: await scene.signIn(await scene.open()) }
}

async function thief() {
  const issuer = await startHostileIssuer()
  onTestFinished(() => issuer.close())
  return issuer
}

it.each([
  ['B7, G3, RF2: issuer', { issuer: 'https://evil.test' }],
  ['B7, G3, RF2: client id', { clientId: 'another' }],
])(
  '%s: a record of another one is no session here, and its refresh token is not sent',
  async (_, changes) => {
    const { scene, page } = await signedIn()
    const sent = scene.issuer.requests.length
    scene.browser.store.put(scene.names.session, { ...scene.record(), ...changes })
    const next = await scene.load(page.tab)
    expect(next.auth.state.status).toBe('signed-out')
    expect(await scene.failure(next.auth.getAccessToken())).toMatchObject({
      code: 'sign-in-required',
    })
    expect(scene.issuer.requests).toHaveLength(sent)
  },
)

it.each(['token_endpoint', 'revocation_endpoint', 'userinfo_endpoint', 'jwks_uri', 'issuer'])(
  'B6, G3, INV2: a cached %s of somebody else gets nothing',
  async (name) => {
    const { scene, page } = await signedIn()
    const evil = await thief()
    const { metadata } = scene.names
    const cached = JSON.stringify(scene.browser.store.peek(metadata))
    const own = String(scene.issuer.metadata[name])
    const poisoned = cached.replaceAll(`"${own}"`, `"${String(evil.metadata[name])}"`)
    expect(poisoned).not.toBe(cached)
    scene.browser.store.put(metadata, JSON.parse(poisoned))
    const next = await scene.load(page.tab)
    await scene.settle(next.auth.getAccessToken({ forceRefresh: true }))
    await scene.settle(next.auth.fetchUserInfo())
    await scene.settle(next.auth.signOut({ endSession: false }))
    await scene.until(() => scene.issuer.count('/revoke') > 0)
    expect(evil.requests).toEqual([])
  },
)

it('G5: a subject that was tampered with gets nobody else’s data, and ends with the next ID token', async () => {
  const { scene, page } = await signedIn()
  const record = scene.record()
  scene.browser.store.put(scene.names.session, {
    ...record,
    subject: 'admin',
    claims: { ...record?.claims, sub: 'admin' },
  })
  const next = await scene.load(page.tab)
  expect(await scene.failure(next.auth.fetchUserInfo())).toMatchObject({ code: 'userinfo' })
  expect(await scene.failure(next.auth.getAccessToken({ forceRefresh: true }))).toMatchObject({
    code: 'subject-changed',
  })
  expect(scene.record()?.state).toBe('ended')
})

it('G7, G8, F18: storage the browser has emptied is nobody here: no sign-out is told, nobody is sent anywhere', async () => {
  const { scene, page } = await signedIn()
  page.tab.close()
  scene.browser.store.clear()
  const next = await scene.open()
  expect(next.auth.state.status).toBe('signed-out')
  expect(next.auth.state).not.toHaveProperty('error')
  expect([next.events, next.tab.destination]).toEqual([[], undefined])
  expect((await scene.signIn(next)).auth.state.status).toBe('signed-in')
})

it('C27, INV5: a store that fails after the exchange leaves a session in memory, says so, and is written later', async () => {
  const scene = await startHostileScene()
  const page = await scene.open()
  const response = scene.issuer.authorize(await scene.leave(page))
  // the request has been taken by then
  scene.issuer.draft = () => void scene.browser.store.fail('reject', Infinity)
  const back = await scene.load(page.tab, `https://app.test/callback?${response.toString()}`)
  expect(back.auth.state).toMatchObject({ status: 'signed-in', persistence: 'memory' })
  expect(back.events).toContain('storage-failed')
  expect((await scene.settle(back.authFetch(`${scene.apiUrl}notes`))).status).toBe(200)
  scene.browser.store.heal()
  await scene.clock.advance(60_000)
  expect(scene.record()?.refreshToken).toMatch(/^rt-/)
})

it('D7, R10: a returnTo that was tampered with in the store leads nowhere else', async () => {
  const entered: string[] = []
  const scene = await startHostileScene({ navigate: (path) => entered.push(path) })
  const page = await scene.open()
  const response = scene.issuer.authorize(await scene.leave(page, { returnTo: '/notes' }))
  const { requests } = scene.names
  const stored = JSON.stringify(scene.browser.store.peek(requests))
  expect(stored).toContain('"/notes"')
  scene.browser.store.put(requests, JSON.parse(stored.replace('"/notes"', '"https://evil.test/"')))
  await scene.load(page.tab, `https://app.test/callback?${response.toString()}`)
  expect(entered).toEqual(['/'])
})

it('D8: a sign-out leads into the app or to the registered address only', async () => {
  const entered: string[] = []
  const scene = await startHostileScene({ navigate: (path) => entered.push(path) })
  const page = await scene.signIn(await scene.open())
  entered.splice(0)
  await scene.settle(page.auth.signOut({ endSession: false, returnTo: 'https://evil.test/' }))
  await scene.settle(page.auth.signOut({ endSession: false, returnTo: '//evil.test' }))
  expect([entered, page.tab.destination]).toEqual([['/', '/'], undefined])
})

const odd = fc.oneof(
  fc.anything({
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withBigInt: true,
  }),
  fc.constantFrom<unknown>(
    '',
    '__proto__',
    null,
    -1,
    1e300,
    Number.NaN,
    [],
    {},
    '\ud800',
    'https://evil.test',
  ),
)

it('G1: fuzz: whatever stands in the session record, a page starts, and every error is ours', async () => {
  const world = createSimulatedWorld()
  const good = world.storeSession()
  const member = fc.constantFrom(
    ...Object.keys(good),
    'intent',
    'failure',
    'ended',
    'volatile',
    'dpopKey',
    '__proto__',
  )
  const record = fc.oneof(
    fc
      .dictionary(member, odd, { minKeys: 1, maxKeys: 3 })
      .map((changes) => ({ ...good, ...changes })),
    fc
      .record({
        token: fc.dictionary(
          fc.constantFrom('value', 'type', 'lifetime', 'startedAt', 'scope', 'refusals'),
          odd,
        ),
      })
      .map(({ token }) => ({
        ...good,
        accessTokens: { '': { ...good.accessTokens[''], ...token } },
      })),
    odd,
  )
  const marker = fc.constantFrom(
    good.sessionId,
    `!${good.sessionId}`,
    `-${good.sessionId}`,
    '',
    '~',
    '\0',
    'x'.repeat(1000),
  )
  const outcomes = new Set<string>()
  await fc.assert(
    fc.asyncProperty(record, marker, async (stored, mark) => {
      if (!isCloneable(stored)) return
      const own = createSimulatedWorld()
      own.server.usually = 'unavailable'
      own.put(stored)
      own.browser.localStorage.setItem(names.shared, mark)
      const page = own.openPage({ proactiveRefresh: false })
      await own.clock.until(page.auth.ready)
      outcomes.add(page.auth.state.status)
      const held = await own.clock
        .until(page.auth.getAccessToken().catch((error: unknown) => error))
        .catch((error: unknown) => error)
      expect(typeof held === 'string' || isAuthError(held), String(held)).toBe(true)
      const outcome = await own.clock
        .until(page.auth.getAccessToken({ forceRefresh: true }).catch((error: unknown) => error))
        .catch((error: unknown) => error)
      expect(typeof outcome === 'string' || isAuthError(outcome), String(outcome)).toBe(true)
      page.auth.dispose()
      for (const { refreshToken } of own.server.uses)
        expect(refreshToken).toBe((stored as SessionRecord).refreshToken)
    }),
    { numRuns: 200 },
  )
  // the fuzz reaches both sides
  expect([...outcomes].sort()).toEqual(['signed-in', 'signed-out'])
}, 120_000)

it('G1: fuzz: whatever stands among the pending requests, a callback has an outcome and a new sign-in begins', async () => {
  const member = fc.constantFrom(
    'state',
    'nonce',
    'codeVerifier',
    'redirectUri',
    'issuer',
    'createdAt',
    'returnTo',
    'attempt',
    'display',
    'consumed',
  )
  const entry = fc.oneof(fc.dictionary(member, odd), odd)
  const requests = fc.oneof(
    fc.dictionary(fc.constantFrom('lk..x', 'lk..y', '__proto__', ''), entry),
    odd,
  )
  await fc.assert(
    fc.asyncProperty(requests, async (stored) => {
      if (!isCloneable(stored)) return
      const world = createSimulatedWorld()
      world.browser.store.put(names.requests, stored)
      const page = world.openPage({}, 'https://app.test/callback?code=evil&state=lk..x')
      await world.clock.until(page.auth.ready)
      expect(['signed-out', 'signed-in']).toContain(page.auth.state.status)
      expect(page.tab.environment.page.url()).toMatch(/^https:\/\/app\.test\//)
      page.tab.setUserGesture(true)
      void page.auth.signIn().catch(() => {})
      await world.clock.advance(1000)
      expect(page.tab.destination).toMatch(/^https:\/\/as\.test\/authorize/)
      page.auth.dispose()
    }),
    { numRuns: 100 },
  )
}, 120_000)

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}
