/** The OpenID Foundation's RP tests about a session, by name: refresh, UserInfo, sign-out. */
import { expect, it } from 'vitest'
import { startHostileScene, type HostilePage, type HostileScene } from './testing/hostile-scene.js'

async function signedIn(options: Parameters<typeof startHostileScene>[0] = {}) {
  const scene = await startHostileScene(options)
  return { scene, page: await scene.signIn(await scene.open()) }
}

it('oidcc-client-test-refresh-token: refreshes, and asks who it is with the new token', async () => {
  const { scene, page } = await signedIn()
  const before = scene.record()
  scene.issuer.expireAccessTokens()
  const token = await scene.settle(page.auth.getAccessToken({ forceRefresh: true }))
  expect(await scene.settle(page.auth.fetchUserInfo())).toMatchObject({ sub: 'alice' })
  expect(scene.issuer.requests.at(-1)?.headers.authorization).toBe(`Bearer ${token}`)
  expect(scene.record()?.refreshToken).not.toBe(before?.refreshToken)
})

it('oidcc-client-test-refresh-token-invalid-issuer, INV7: the session ends, and the new tokens are used for nothing', async () => {
  const { scene, page } = await signedIn()
  scene.issuer.draft = ({ claims }) => void (claims && (claims['iss'] = 'https://evil.test'))
  expect(await scene.failure(page.auth.getAccessToken({ forceRefresh: true }))).toMatchObject({
    code: 'subject-changed',
  })
  expect(await scene.failure(page.auth.fetchUserInfo())).toMatchObject({ code: 'subject-changed' })
  await scene.until(() => scene.issuer.count('/revoke') > 0)
  expect([scene.record()?.state, scene.issuer.count('/userinfo')]).toEqual(['ended', 0])
})

it('oidcc-client-test-refresh-token-invalid-sub, INV6: another user ends the session in every tab', async () => {
  const { scene, page } = await signedIn()
  const other = await scene.open()
  expect(other.auth.state.status).toBe('signed-in')
  scene.issuer.draft = ({ claims }) => void (claims && (claims['sub'] = 'mallory'))
  expect(await scene.failure(page.auth.getAccessToken({ forceRefresh: true }))).toMatchObject({
    code: 'subject-changed',
  })
  await scene.until(() => other.auth.state.status === 'signed-out')
  for (const { auth } of [page, other])
    expect(auth.state).toMatchObject({ status: 'signed-out', reason: 'session-ended' })
  expect(JSON.stringify(scene.record())).not.toMatch(/"(at|rt)-|ey[\w-]+\.ey/)
  expect(await scene.failure(page.auth.fetchUserInfo())).toMatchObject({ code: 'subject-changed' })
  expect(scene.issuer.count('/userinfo')).toBe(0)
})

it('oidcc-client-test-userinfo-bearer-header, oidcc-client-test-scope-userinfo-claims: the token is in the header, the claims are given', async () => {
  const { scene, page } = await signedIn()
  scene.issuer.always('/userinfo', { body: { sub: 'alice', email: 'alice@app.test' } })
  expect(await scene.settle(page.auth.fetchUserInfo())).toMatchObject({ email: 'alice@app.test' })
  const { headers, query, text } = scene.issuer.requests.at(-1) ?? expect.unreachable()
  expect(headers.authorization).toMatch(/^Bearer at-/)
  expect(query.toString() + text).toBe('')
})

it('oidcc-client-test-userinfo-invalid-sub, I-21: claims about somebody else are given to nobody, and the session goes on', async () => {
  const { scene, page } = await signedIn()
  scene.issuer.subject = 'mallory'
  expect(await scene.failure(page.auth.fetchUserInfo())).toMatchObject({ code: 'userinfo' })
  expect(page.auth.state).toMatchObject({ status: 'signed-in', user: { sub: 'alice' } })
})

it('oidcc-client-test-rp-init-logout, L3: leaves for the provider with the hint, and nothing is left here', async () => {
  const { scene, page } = await signedIn({ postLogoutRedirectUri: '/' })
  const idToken = scene.record()?.idToken ?? expect.unreachable()
  const url = await signOut(scene, page)
  expect(url.pathname).toBe('/logout')
  expect(url.searchParams.get('id_token_hint')).toBe(idToken)
  expect(url.searchParams.get('post_logout_redirect_uri')).toBe('https://app.test/')
  expect(await comeBack(scene, page, 'https://app.test/')).toEqual(['signed-out', 'signed-out'])
})

it.each([
  ['oidcc-client-test-rp-init-logout-other-state, I-8: a state nobody sent', '?state=other'],
  ['oidcc-client-test-rp-init-logout-no-state, I-8: no state', ''],
  ['I-8: a state like ours', '?state=lk..forged&iss=https%3A%2F%2Fevil.test'],
])('%s on the way back changes nothing: the user is signed out', async (_, query) => {
  const { scene, page } = await signedIn({ postLogoutRedirectUri: '/callback' })
  await signOut(scene, page)
  expect(await comeBack(scene, page, `https://app.test/callback${query}`)).toEqual([
    'signed-out',
    'signed-out',
  ])
})

async function signOut(scene: HostileScene, page: HostilePage): Promise<URL> {
  void page.auth.signOut()
  await scene.until(() => page.tab.destination !== undefined)
  return new URL(page.tab.destination ?? expect.unreachable())
}

/** What is here once the user is back at the app. */
async function comeBack(scene: HostileScene, page: HostilePage, address: string) {
  const next = await scene.load(page.tab, address)
  expect(JSON.stringify(scene.record())).not.toMatch(/"(at|rt)-|ey[\w-]+\.ey/)
  expect(await scene.failure(next.authFetch(`${scene.apiUrl}notes`))).toMatchObject({
    code: 'sign-in-required',
  })
  return [next.auth.state.status, scene.record()?.state]
}
