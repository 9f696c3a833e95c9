import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { expect, it, onTestFinished, vi } from 'vitest'
import { multiFactorAcr, passwordAcr } from './options.js'
import { startDevIssuer } from './start-dev-issuer.js'
import { authorize, discover, refresh, signIn } from './testing/app.js'
import { createTestBrowser } from './testing/browser.js'
import { startForTest } from './testing/issuer.js'

const verifier = 'v'.repeat(43)

it('signs a person in with code and PKCE and gives an access token for the default resource', async () => {
  const issuer = await startForTest({ accessTokenLifetimeSeconds: 5 })

  const { server, tokens, idToken } = await signIn(issuer, { subject: 'grace' })

  expect(idToken).toMatchObject({ sub: 'grace', name: 'Grace Hopper', email: 'grace@example.com' })
  expect(tokens.scope).toBe('openid profile email offline_access')
  expect(tokens.expires_in).toBe(5)
  const keys = createRemoteJWKSet(new URL(server.jwks_uri!))
  const { payload } = await jwtVerify(tokens.access_token, keys, {
    issuer: issuer.url,
    audience: 'urn:latchkey:demo-api',
    typ: 'at+jwt',
  })
  expect(payload).toMatchObject({ sub: 'grace', client_id: 'demo-app' })
  expect(payload.exp! - payload.iat!).toBe(5)
})

it('publishes what a browser client looks for', async () => {
  const issuer = await startForTest()

  expect(await discover(issuer)).toMatchObject({
    issuer: issuer.url,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    revocation_endpoint: `${issuer.url}/revoke`,
    end_session_endpoint: `${issuer.url}/logout`,
    pushed_authorization_request_endpoint: `${issuer.url}/par`,
    dpop_signing_alg_values_supported: expect.arrayContaining(['ES256']),
    acr_values_supported: expect.arrayContaining([multiFactorAcr]),
  })
})

it('refuses a request without PKCE, and one with the plain method', async () => {
  const issuer = await startForTest()
  const server = await discover(issuer)
  const url = new URL(server.authorization_endpoint!)
  const parameters = {
    client_id: 'demo-app',
    redirect_uri: 'http://localhost:5173/callback',
    response_type: 'code',
    scope: 'openid',
    state: 'the-state',
  }

  for (const challenge of [{}, { code_challenge: verifier, code_challenge_method: 'plain' }]) {
    url.search = new URLSearchParams({ ...parameters, ...challenge }).toString()
    const response = await createTestBrowser().request(url.href)
    const back = new URL(response.headers.get('Location')!)
    expect(back.searchParams.get('error')).toBe('invalid_request')
    expect(back.searchParams.get('iss')).toBe(issuer.url)
  }
})

it('compares redirect URIs exactly, also on loopback', async () => {
  const issuer = await startForTest()
  const server = await discover(issuer)

  for (const uri of ['http://localhost:5174/callback', 'http://localhost:5173/callback/']) {
    const asked = authorize(server, verifier, 'n', { parameters: { redirect_uri: uri } })
    await expect(asked).rejects.toThrow('invalid_redirect_uri')
  }
})

it('goes back with access_denied when the person cancels', async () => {
  const issuer = await startForTest()
  const server = await discover(issuer)

  const response = await authorize(server, verifier, 'n', { subject: 'cancel' })

  expect(Object.fromEntries(response.searchParams)).toMatchObject({
    error: 'access_denied',
    state: 'the-state',
    iss: issuer.url,
  })
})

it('answers prompt=none from its own session, and login_required without one', async () => {
  const issuer = await startForTest()
  const browser = createTestBrowser()
  const server = await discover(issuer)
  const silent = { browser, parameters: { prompt: 'none' } }

  const before = await authorize(server, verifier, 'n', silent)
  expect(before.searchParams.get('error')).toBe('login_required')

  await signIn(issuer, { browser, subject: 'alan' })
  issuer.clearEvents()
  const { idToken } = await signIn(issuer, silent)

  expect(idToken.sub).toBe('alan')
  expect(issuer.counters.requests.sign_in).toBeUndefined()
})

it('asks for a new sign-in for prompt=login, for an older max_age and for a stronger acr', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const issuer = await startForTest()
  const browser = createTestBrowser()
  const first = await signIn(issuer, { browser })
  expect(first.idToken.acr).toBe(passwordAcr)

  async function signInPagesFor(parameters: Record<string, string>) {
    issuer.clearEvents()
    const { idToken } = await signIn(issuer, { browser, parameters })
    return { pages: issuer.counters.requests.sign_in ?? 0, acr: idToken.acr }
  }

  expect(await signInPagesFor({})).toEqual({ pages: 0, acr: passwordAcr })
  expect((await signInPagesFor({ prompt: 'login' })).pages).toBe(2)
  vi.setSystemTime(Date.now() + 20_000)
  expect((await signInPagesFor({ max_age: '100' })).pages).toBe(0)
  expect((await signInPagesFor({ max_age: '10' })).pages).toBe(2)
  const stepUp = { acr_values: multiFactorAcr }
  expect(await signInPagesFor(stepUp)).toEqual({ pages: 2, acr: multiFactorAcr })
  expect(await signInPagesFor(stepUp)).toEqual({ pages: 0, acr: multiFactorAcr })
})

it('tells APIs in the access token how and when the user signed in, after a refresh too', async () => {
  const issuer = await startForTest()
  const signedIn = await signIn(issuer, { parameters: { acr_values: multiFactorAcr } })
  const claims = decodeJwt(signedIn.tokens.access_token)
  expect(claims).toMatchObject({ acr: multiFactorAcr, auth_time: signedIn.idToken.auth_time })
  const refreshed = await refresh(signedIn.server, signedIn.tokens.refresh_token)
  expect(decodeJwt(refreshed.access_token)).toMatchObject({
    acr: multiFactorAcr,
    auth_time: claims.auth_time,
  })
})

it('lets another person sign in over the one who is there', async () => {
  const issuer = await startForTest()
  const browser = createTestBrowser()
  await signIn(issuer, { browser, subject: 'ada' })

  const second = await signIn(issuer, {
    browser,
    subject: 'grace',
    parameters: { prompt: 'login', login_hint: 'grace@example.com', ui_locales: 'de' },
  })

  expect(second.idToken.sub).toBe('grace')
})

it('gives a refresh token when offline_access is asked for, and none otherwise', async () => {
  const issuer = await startForTest()

  expect((await signIn(issuer)).tokens.refresh_token).toBeDefined()
  expect((await signIn(issuer, { scope: 'openid' })).tokens.refresh_token).toBeUndefined()
})

it('drops offline_access without prompt=consent where it is told to', async () => {
  const issuer = await startForTest({ offlineAccessNeedsConsent: true })

  expect((await signIn(issuer)).tokens.refresh_token).toBeUndefined()
  const asked = await signIn(issuer, { parameters: { prompt: 'consent' } })
  expect(asked.tokens.refresh_token).toBeDefined()
})

it('asks once for consent for a client that needs it', async () => {
  const redirectUris = ['http://localhost:5173/callback']
  const issuer = await startForTest({
    clients: [{ clientId: 'demo-app', redirectUris, requireConsent: true }],
  })
  const browser = createTestBrowser()

  const { tokens } = await signIn(issuer, { browser })
  const silent = await signIn(issuer, { browser, parameters: { prompt: 'none' } })

  expect(tokens.scope).toBe('openid profile email offline_access')
  expect(silent.tokens.refresh_token).toBeDefined()
})

it('rotates the refresh token and logs each generation', async () => {
  const issuer = await startForTest()
  const { server, tokens } = await signIn(issuer)

  const second = await refresh(server, tokens.refresh_token)
  const third = await refresh(server, second.refresh_token)

  expect(new Set([tokens, second, third].map((set) => set.refresh_token)).size).toBe(3)
  expect(issuer.tokenRequests).toMatchObject([
    { grantType: 'authorization_code', result: 'granted', newRefreshTokenGeneration: 1 },
    { refreshTokenGeneration: 1, newRefreshTokenGeneration: 2, result: 'granted', reuse: 'none' },
    { refreshTokenGeneration: 2, newRefreshTokenGeneration: 3, result: 'granted', reuse: 'none' },
  ])
  expect(new Set(issuer.tokenRequests.map(({ familyId }) => familyId)).size).toBe(1)
})

it('keeps the refresh token where rotation is off', async () => {
  const issuer = await startForTest({ rotateRefreshTokens: false })
  const { server, tokens } = await signIn(issuer)

  const second = await refresh(server, tokens.refresh_token)

  expect(second.refresh_token).toBe(tokens.refresh_token)
})

it('revokes the whole family when a used refresh token comes back', async () => {
  const issuer = await startForTest()
  const { server, tokens } = await signIn(issuer)
  const second = await refresh(server, tokens.refresh_token)
  const refused = { error: 'invalid_grant', status: 400 }

  await expect(refresh(server, tokens.refresh_token)).rejects.toMatchObject(refused)
  await expect(refresh(server, second.refresh_token)).rejects.toMatchObject(refused)

  expect(issuer.reuseDetections).toBe(1)
  expect(issuer.tokenRequests.slice(2)).toMatchObject([
    { refreshTokenGeneration: 1, result: 'invalid_grant', reuse: 'detected' },
    { refreshTokenGeneration: 2, result: 'invalid_grant', reuse: 'none' },
  ])
  expect(issuer.isAccessTokenAlive(second.access_token)).toBe(false)
})

it('ends one sign-in for a reuse, not the person’s other ones in the same browser', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const issuer = await startForTest()
  const browser = createTestBrowser()
  const first = await signIn(issuer, { browser })
  const second = await signIn(issuer, { browser })
  await refresh(first.server, first.tokens.refresh_token)

  await expect(refresh(first.server, first.tokens.refresh_token)).rejects.toThrow()

  await expect(refresh(second.server, second.tokens.refresh_token)).resolves.toBeDefined()
})

it('grants one of two refreshes that arrive together with the same token', async () => {
  const issuer = await startForTest()
  const { server, tokens } = await signIn(issuer)

  await Promise.allSettled([
    refresh(server, tokens.refresh_token),
    refresh(server, tokens.refresh_token),
  ])

  const results = issuer.tokenRequests.slice(1).map(({ result }) => result)
  expect(results.sort()).toEqual(['granted', 'invalid_grant'])
  expect(issuer.reuseDetections).toBe(1)
})

it('signs with new keys after a rotation, still publishing the old ones', async () => {
  const issuer = await startForTest()
  const { server, tokens } = await signIn(issuer)
  const keysNow = async () => createRemoteJWKSet(new URL(server.jwks_uri!))

  await issuer.rotateKeys()
  const second = await refresh(server, tokens.refresh_token)
  await jwtVerify(tokens.access_token, await keysNow())
  await jwtVerify(second.access_token, await keysNow())

  await issuer.rotateKeys({ keepPrevious: false })
  await expect(jwtVerify(second.access_token, await keysNow())).rejects.toThrow()
})

it('signs any claims a test asks for with the key it publishes', async () => {
  const issuer = await startForTest()
  const server = await discover(issuer)
  const keys = createRemoteJWKSet(new URL(server.jwks_uri!))

  for (const algorithm of ['RS256', 'ES256'] as const) {
    const jwt = issuer.signJwt({ sub: 'mallory' }, { algorithm })
    expect((await jwtVerify(jwt, keys)).payload).toEqual({ sub: 'mallory' })
  }
})

it('changes the life of access tokens while it runs', async () => {
  const issuer = await startForTest()
  const { server, tokens } = await signIn(issuer)
  issuer.setAccessTokenLifetime(90)

  const second = await refresh(server, tokens.refresh_token)

  expect(second.expires_in).toBe(90)
  const { exp = 0, iat = 0 } = decodeJwt(second.access_token)
  expect(exp - iat).toBe(90)
  expect(() => issuer.setAccessTokenLifetime(0)).toThrow(RangeError)
})

it('calls back with each completed request and says who it was', async () => {
  const issuer = await startForTest()
  const seen: string[] = []
  const stop = issuer.onEvent(({ endpoint, subject, result }) =>
    seen.push(`${endpoint} ${subject} ${result}`),
  )

  const { server, tokens } = await signIn(issuer, { subject: 'ada' })
  stop()
  await refresh(server, tokens.refresh_token)

  expect(seen).toEqual([
    'discovery undefined ok',
    'authorization undefined ok',
    'sign_in undefined ok',
    'sign_in ada ok',
    'authorization ada ok',
    'token ada granted',
  ])
})

it('says that its port is taken', async () => {
  const { port } = await startForTest()

  await expect(startDevIssuer({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

it('refuses an issuer URL with a path and a lifetime that is no whole second', async () => {
  await expect(startDevIssuer({ issuerUrl: 'http://localhost:1/realm' })).rejects.toThrow(
    RangeError,
  )
  await expect(startDevIssuer({ accessTokenLifetimeSeconds: 0.5 })).rejects.toThrow(RangeError)
})
