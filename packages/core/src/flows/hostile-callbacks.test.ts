/** Responses nobody asked for, asked for elsewhere, changed on the way, or used before: the whole client against SECURITY group A. */
import { expect, it, onTestFinished } from 'vitest'
import { startHostileIssuer } from '../../../dev-issuer/src/testing/hostile-issuer.js'
import { misplaced, startHostileScene, type HostileScene } from './testing/hostile-scene.js'

const callback = 'https://app.test/callback'

it.each([
  ['A1, AR5: a code and a state somebody made up', 'code=evil&state=lk..guess'],
  ['A6: a refusal somebody made up', 'error=access_denied&state=lk..guess'],
])('%s sign nobody in, and ask the server nothing', async (_, query) => {
  const scene = await startHostileScene()
  const page = await scene.open(`${callback}?${query}`)
  expect(page.auth.state).toMatchObject({ status: 'signed-out', error: { code: 'state-unknown' } })
  expect([scene.issuer.requests, page.tab.environment.page.url()]).toEqual([[], callback])
})

it.each(['code=evil&state=lk..guess', 'error=access_denied&state=lk..guess'])(
  'A1, A6, INV5: a forged callback (%s) leaves a session as it is',
  async (query) => {
    const scene = await startHostileScene()
    const page = await scene.signIn(await scene.open())
    const record = scene.record()
    const { requests } = scene.issuer
    const before = requests.length
    const forged = await scene.load(page.tab, `${callback}?${query}`)
    expect(forged.auth.state).toMatchObject({ status: 'signed-in', user: { sub: 'alice' } })
    expect([scene.record(), requests.length]).toEqual([record, before])
  },
)

it('A2, INV10: a forged state does not use up the request that is under way', async () => {
  const scene = await startHostileScene()
  const page = await scene.open()
  const response = scene.issuer.authorize(await scene.leave(page))
  const forged = new URLSearchParams(response)
  forged.set('state', `${response.get('state')}x`)
  await scene.open(`${callback}?${forged.toString()}`)
  expect(scene.issuer.count('/token')).toBe(0)
  const back = await scene.load(page.tab, `${callback}?${response.toString()}`)
  expect(back.auth.state.status).toBe('signed-in')
})

it('R7: parameters nobody knows change nothing', async () => {
  const scene = await startHostileScene()
  const page = await scene.signIn(await scene.open(), {}, (response) => response.append('foo', '1'))
  expect(page.auth.state.status).toBe('signed-in')
})

it.each([
  [
    'A8: an access token in the query',
    (r: URLSearchParams) => r.append('access_token', 'at-evil-injected'),
  ],
  ['A4: a second code', (r: URLSearchParams) => r.append('code', 'evil')],
  ['A7: an error beside the code', (r: URLSearchParams) => r.append('error', 'x')],
  ['A12, R2: the iss of another server', (r: URLSearchParams) => r.set('iss', 'https://evil.test')],
  ['A12, R3: no iss though one is promised', (r: URLSearchParams) => r.delete('iss')],
])('%s: the code is redeemed nowhere, and nothing is kept', async (_, forge) => {
  const scene = await startHostileScene()
  const page = await scene.signIn(await scene.open(), {}, forge)
  expect(page.auth.state.status).toBe('signed-out')
  expect(page.auth.state).toHaveProperty('error.name', 'SignInFailedError')
  expect([scene.issuer.count('/token'), scene.record()]).toEqual([0, undefined])
  expect(page.tab.environment.page.url()).not.toMatch(/code|state|iss|evil/)
})

it('A13, R5, INV3: a code of one server is redeemed at no other, whatever that one says about itself', async () => {
  const honest = await startHostileScene()
  const evil = await startHostileIssuer()
  onTestFinished(() => evil.close())
  // sends users to the honest server, and wants their codes
  evil.metadata['authorization_endpoint'] = honest.issuer.metadata['authorization_endpoint']
  const scene = await startHostileScene({ issuer: evil.issuer })
  const page = await scene.open()
  const url = await scene.leave(page)
  expect(url).toMatch(honest.issuer.issuer)
  const response = honest.issuer.authorize(url)
  const back = await scene.load(page.tab, `${callback}?${response.toString()}`)
  expect(back.auth.state).toMatchObject({
    status: 'signed-out',
    error: { name: 'SignInFailedError' },
  })
  expect([evil.count('/token'), honest.issuer.count('/token')]).toEqual([0, 0])
  expect(misplaced(evil)).toEqual([])
})

it('A15, R11: an authorization request of somebody else signs nobody in here', async () => {
  const attacker = await startHostileScene()
  const response = attacker.issuer.authorize(await attacker.leave(await attacker.open()))
  const victim = await startHostileScene({ issuer: attacker.issuer.issuer })
  const page = await victim.open(`${callback}?${response.toString()}`)
  expect(page.auth.state).toMatchObject({ status: 'signed-out', error: { code: 'state-unknown' } })
  expect(attacker.issuer.count('/token')).toBe(0)
})

it('A16: what stands in the address of the app steers no sign-in', async () => {
  const scene = await startHostileScene()
  const steering =
    'login_hint=eve&prompt=none&acr_values=0&client_id=evil&redirect_uri=https://evil.test/&scope=admin&iss=https://evil.test'
  const { searchParams } = new URL(
    await scene.leave(await scene.open(`https://app.test/?${steering}`)),
  )
  for (const name of ['login_hint', 'prompt', 'acr_values', 'iss'])
    expect(searchParams.has(name)).toBe(false)
  expect(searchParams.getAll('client_id')).toEqual(['spa'])
  expect(searchParams.getAll('redirect_uri')).toEqual([callback])
  expect(searchParams.get('scope')).toBe('openid profile offline_access')
})

it('A17, INV10: a callback that is opened again goes on with the session, and redeems nothing', async () => {
  const scene = await startHostileScene()
  const page = await scene.open()
  const address = `${callback}?${scene.issuer.authorize(await scene.leave(page)).toString()}`
  const first = await scene.load(page.tab, address)
  for (const again of [await scene.load(first.tab, address), await scene.open(address)])
    expect(again.auth.state).toMatchObject({ status: 'signed-in' })
  expect(scene.issuer.count('/token')).toBe(1)
})

it('A17: a callback opened again after the sign-out signs nobody in', async () => {
  const scene = await startHostileScene()
  const page = await scene.open()
  const address = `${callback}?${scene.issuer.authorize(await scene.leave(page)).toString()}`
  const first = await scene.load(page.tab, address)
  await scene.settle(first.auth.signOut({ endSession: false }))
  const again = await scene.load(first.tab, address)
  expect(again.auth.state.status).toBe('signed-out')
  expect(scene.issuer.count('/token')).toBe(1)
})

it('A18: two tabs with one callback redeem its code once', async () => {
  const scene = await startHostileScene()
  const page = await scene.open()
  const address = `${callback}?${scene.issuer.authorize(await scene.leave(page)).toString()}`
  const [one, other] = await Promise.all([scene.open(address), scene.open(address)])
  await scene.until(() => [one, other].every(({ auth }) => auth.state.status === 'signed-in'))
  expect(scene.issuer.count('/token')).toBe(1)
})

it('A19, AR4: two sign-ins at once have requests of their own, and can come back in any tab', async () => {
  const scene = await startHostileScene()
  const pages = [await scene.open(), await scene.open()] as const
  const urls = [await scene.leave(pages[0]), await scene.leave(pages[1])] as const
  const [first, second] = urls.map((url) => scene.issuer.authorize(url))
  for (const name of ['state', 'nonce', 'code_challenge'])
    expect(new URL(urls[0]).searchParams.get(name)).not.toBe(
      new URL(urls[1]).searchParams.get(name),
    )
  const crossed = await scene.load(pages[0].tab, `${callback}?${String(second)}`)
  expect(crossed.auth.state.status).toBe('signed-in')
  const other = await scene.load(pages[1].tab, `${callback}?${String(first)}`)
  expect(other.auth.state.status).toBe('signed-in')
  expect(scene.issuer.count('/token')).toBe(2)
})

it('AR4: codes of two requests that are swapped fail both', async () => {
  const scene = await startHostileScene()
  const pages = [await scene.open(), await scene.open()] as const
  const responses = [
    scene.issuer.authorize(await scene.leave(pages[0])),
    scene.issuer.authorize(await scene.leave(pages[1])),
  ] as const
  for (const [index, page] of pages.entries()) {
    const swapped = new URLSearchParams(responses[index])
    swapped.set('code', responses[1 - index]?.get('code') ?? '')
    const { auth } = await scene.load(page.tab, `${callback}?${swapped.toString()}`)
    expect(auth.state).toMatchObject({ status: 'signed-out', error: { code: 'token-endpoint' } })
  }
})

it('A20, INV10: a sign-in that ends eleven minutes later is refused, and its request is gone', async () => {
  const scene = await startHostileScene()
  const page = await scene.open()
  const response = scene.issuer.authorize(await scene.leave(page))
  await scene.clock.advance(11 * 60_000)
  const { auth } = await scene.load(page.tab, `${callback}?${response.toString()}`)
  expect(auth.state).toMatchObject({ status: 'signed-out', error: { code: 'state-expired' } })
  expect([scene.issuer.count('/token'), holdsVerifiers(scene)]).toEqual([0, false])
})

it.each([
  ['INV10: a sign-in that succeeded', () => {}],
  [
    'INV10: a sign-in that was refused',
    (r: URLSearchParams) => {
      r.delete('code')
      r.append('error', 'access_denied')
    },
  ],
  [
    'INV10: a sign-in whose response was forged',
    (r: URLSearchParams) => r.set('iss', 'https://evil.test'),
  ],
])('%s leaves neither verifier nor nonce behind', async (_, forge) => {
  const scene = await startHostileScene()
  await scene.signIn(await scene.open(), {}, forge)
  expect(holdsVerifiers(scene)).toBe(false)
})

it('A21, INV10: of a hundred sign-ins that nobody finishes at most twenty are kept', async () => {
  const scene = await startHostileScene()
  for (let count = 0; count < 100; count++) {
    const page = await scene.open()
    page.tab.setUserGesture(true)
    await scene.leave(page)
    page.tab.close()
  }
  expect(Object.keys(scene.browser.store.peek(scene.names.requests) as object)).toHaveLength(20)
})

it('C28, INV6: another user who signs in leaves no token of the one before', async () => {
  const scene = await startHostileScene()
  const before = await scene.signIn(await scene.open())
  const old = JSON.stringify(scene.record()).match(/(at|rt)-[\w-]+/g) ?? []
  expect(old.length).toBeGreaterThan(1)
  scene.issuer.subject = 'bob'
  const page = await scene.signIn(before)
  expect(page.auth.state).toMatchObject({ status: 'signed-in', user: { sub: 'bob' } })
  for (const token of old) expect(JSON.stringify(scene.record())).not.toContain(token)
})

function holdsVerifiers({ browser, names }: HostileScene): boolean {
  return /codeVerifier|nonce/.test(JSON.stringify(browser.store.peek(names.requests) ?? {}))
}
