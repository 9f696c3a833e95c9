import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK } from 'jose'
import { expect, it } from 'vitest'
import type { AuthorizationRequestInput } from './protocol.js'
import { signInInput, startTestProtocol, type TestProtocol } from './testing/test-protocol.js'

it('AR1, AR2, AR9: asks for a code, with S256, state, nonce and openid', async () => {
  const test = await startTestProtocol()
  const { url, pending, parameters } = await build(test)
  expect(url).toMatch(`${test.server.issuer}/authorize?`)
  expect(Object.fromEntries(parameters)).toEqual({
    response_type: 'code',
    client_id: 'spa',
    redirect_uri: 'https://app.example/callback',
    scope: 'openid profile offline_access',
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: createHash('sha256').update(pending.codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  expect(url).not.toContain(pending.codeVerifier)
})

it('remembers what the response will be checked against', async () => {
  const test = await startTestProtocol()
  const { pending } = await build(test, {
    returnTo: '/deep?a#b',
    maxAgeSeconds: 0,
    acrValues: 'a b',
  })
  expect(pending).toMatchObject({
    redirectUri: 'https://app.example/callback',
    issuer: test.server.issuer,
    clientId: 'spa',
    scope: 'openid profile offline_access',
    display: 'redirect',
    returnTo: '/deep?a#b',
    maxAgeSeconds: 0,
    acrValues: 'a b',
  })
  expect(pending.createdAt).toBeGreaterThan(Date.now() - 60_000)
  expect(structuredClone(pending)).toEqual(pending)
})

it('AR3: verifier, state and nonce are 256 random bits each, never the same', async () => {
  const test = await startTestProtocol()
  const seen = new Set<string>()
  for (let round = 0; round < 300; round++) {
    const { codeVerifier, nonce, state } = (await build(test)).pending
    expect(codeVerifier).toMatch(/^[\w-]{43}$/)
    expect(nonce).toMatch(/^[\w-]{43}$/)
    expect(state).toMatch(/^lk\.[\w-]{43}$/)
    for (const value of [codeVerifier, nonce, state]) seen.add(value)
  }
  expect(seen.size).toBe(900)
})

it('AR4: two sign-ins at once share nothing', async () => {
  const test = await startTestProtocol({ dpop: 'required' })
  const [one, two] = await Promise.all([build(test), build(test)])
  for (const name of ['state', 'nonce', 'codeVerifier', 'dpopKey'] as const)
    expect(one.pending[name]).not.toBe(two.pending[name])
})

it('AR6: state and scope carry nothing of the app', async () => {
  const test = await startTestProtocol()
  const { url } = await build(test, { returnTo: '/secret-page' })
  expect(decodeURIComponent(url)).not.toContain('secret-page')
})

it('AR8: names every resource', async () => {
  const test = await startTestProtocol()
  const resources = ['https://api.example/', 'urn:reports']
  expect((await build(test, { resources })).parameters.getAll('resource')).toEqual(resources)
})

it('AR9: passes prompt, login_hint, acr_values, max_age, ui_locales and id_token_hint through', async () => {
  const test = await startTestProtocol()
  const { parameters } = await build(test, {
    prompt: 'login',
    loginHint: 'alice@example.com',
    acrValues: 'urn:mfa',
    maxAgeSeconds: 300,
    uiLocales: 'de en',
    idTokenHint: 'x.y.z',
  })
  expect(Object.fromEntries(parameters)).toMatchObject({
    prompt: 'login',
    login_hint: 'alice@example.com',
    acr_values: 'urn:mfa',
    max_age: '300',
    ui_locales: 'de en',
    id_token_hint: 'x.y.z',
  })
})

it('a silent sign-in asks for no page', async () => {
  const test = await startTestProtocol()
  expect((await build(test, { display: 'silent' })).parameters.get('prompt')).toBe('none')
})

it('keeps the query the endpoint has, and none of our parameters twice', async () => {
  const test = await startTestProtocol()
  test.server.metadata['authorization_endpoint'] +=
    '?p=B2C_1_signin&state=theirs&response_type=token'
  const { parameters, pending } = await build(test)
  expect(parameters.getAll('p')).toEqual(['B2C_1_signin'])
  expect(parameters.getAll('state')).toEqual([pending.state])
  expect(parameters.getAll('response_type')).toEqual(['code'])
})

it('AR2: authorizationParams add parameters and replace none of the protocol', async () => {
  const protocolParameters = {
    response_type: 'token',
    client_id: 'evil',
    redirect_uri: 'https://evil.example/',
    state: 'evil',
    nonce: 'evil',
    code_challenge: 'evil',
    code_challenge_method: 'plain',
    request: 'evil',
    request_uri: 'evil',
  }
  const test = await startTestProtocol({
    authorizationParams: { ...protocolParameters, audience: 'https://api.example' },
  })
  const { url, parameters } = await build(test)
  expect(parameters.get('audience')).toBe('https://api.example')
  expect(url).not.toContain('evil')
  expect(parameters.has('request') || parameters.has('request_uri')).toBe(false)
})

it('what authorizationParams ask of the authentication is checked as well', async () => {
  const test = await startTestProtocol({
    authorizationParams: { acr_values: 'mfa', max_age: '60' },
  })
  expect((await build(test)).pending).toMatchObject({ acrValues: 'mfa', maxAgeSeconds: 60 })
})

it('P4: dpop_jkt binds the code to a key of this sign-in that cannot be exported', async () => {
  const test = await startTestProtocol({ dpop: 'auto' })
  const { parameters, pending } = await build(test)
  const { privateKey, publicKey } = pending.dpopKey ?? expect.unreachable('no key')
  expect(parameters.get('dpop_jkt')).toBe(await calculateJwkThumbprint(await exportJWK(publicKey)))
  expect(privateKey.extractable).toBe(false)
  await expect(crypto.subtle.exportKey('jwk', privateKey)).rejects.toThrow()
})

it.each([[undefined], [[]], [['RS256']]])(
  'DPoP with a server that offers %j: auto does without, required fails',
  async (offered) => {
    const auto = await startTestProtocol({ dpop: 'auto' })
    auto.server.metadata['dpop_signing_alg_values_supported'] = offered
    expect((await build(auto)).pending.dpopKey).toBeUndefined()
    const required = await startTestProtocol({ dpop: 'required' })
    required.server.metadata['dpop_signing_alg_values_supported'] = offered
    const error = await required.failure(build(required))
    expect(error).toMatchObject({ code: 'discovery-failed' })
    expect(error.message).toContain('DPoP')
  },
)

it('AR10: a pushed request leaves client_id and request_uri in the URL, and a new one each time', async () => {
  const test = await startTestProtocol({ par: true })
  const [one, two] = [await build(test, { loginHint: 'alice' }), await build(test)]
  for (const { parameters } of [one, two]) {
    expect([...parameters.keys()]).toEqual(['client_id', 'request_uri'])
    expect(parameters.get('client_id')).toBe('spa')
  }
  expect(one.parameters.get('request_uri')).not.toBe(two.parameters.get('request_uri'))
  const pushed = test.server.requests.find(({ path }) => path === '/par')?.form
  expect(Object.fromEntries(pushed ?? [])).toMatchObject({
    response_type: 'code',
    client_id: 'spa',
    state: one.pending.state,
    code_challenge_method: 'S256',
    login_hint: 'alice',
  })
})

it('AR10: pushes where the server requires it, without being asked', async () => {
  const test = await startTestProtocol()
  test.server.metadata['require_pushed_authorization_requests'] = true
  expect((await build(test)).parameters.has('request_uri')).toBe(true)
})

it('AR10: keeps the query of the endpoint in a pushed request', async () => {
  const test = await startTestProtocol({ par: true })
  test.server.metadata['authorization_endpoint'] += '?p=x'
  expect([...(await build(test)).parameters.keys()]).toEqual(['p', 'client_id', 'request_uri'])
})

const failures = [
  ['500', { status: 500 }, 'issuer-unreachable'],
  ['a broken connection', 'drop', 'issuer-unreachable'],
  ['400', { status: 400, body: { error: 'invalid_request' } }, 'authorization-refused'],
  ['no request_uri', { status: 201, body: {} }, 'issuer-unreachable'],
  ['an empty request_uri', { status: 201, body: { request_uri: '' } }, 'issuer-unreachable'],
  ['HTML', { status: 200, body: '<html>' }, 'issuer-unreachable'],
] as const

it.each(failures)(
  'AR10: %s at the PAR endpoint: an optional one is done without',
  async (_, answer) => {
    const test = await startTestProtocol({ par: true })
    test.server.always('/par', answer)
    expect((await build(test)).parameters.get('code_challenge_method')).toBe('S256')
  },
)

it.each(failures)('AR10: %s at the PAR endpoint: a required one fails', async (_, answer, code) => {
  const test = await startTestProtocol()
  test.server.metadata['require_pushed_authorization_requests'] = true
  test.server.always('/par', answer)
  expect(await test.failure(build(test))).toMatchObject({ code })
})

it('AR10: PAR asked of a server without it is done without; one that requires it must name it', async () => {
  const test = await startTestProtocol({ par: true })
  delete test.server.metadata['pushed_authorization_request_endpoint']
  expect((await build(test)).parameters.has('state')).toBe(true)
  const requiring = await startTestProtocol()
  delete requiring.server.metadata['pushed_authorization_request_endpoint']
  requiring.server.metadata['require_pushed_authorization_requests'] = true
  await requiring.failure(build(requiring))
})

it('B3, DM2: no request is built for an unsafe authorization endpoint', async () => {
  const test = await startTestProtocol()
  test.server.metadata['authorization_endpoint'] = 'javascript:alert(1)'
  expect(await test.failure(build(test))).toMatchObject({ code: 'unsafe-endpoint' })
})

it('A11: no request is built for a server without S256', async () => {
  const test = await startTestProtocol()
  test.server.metadata['code_challenge_methods_supported'] = ['plain']
  expect(await test.failure(build(test))).toMatchObject({ code: 'pkce-unsupported' })
})

async function build({ protocol }: TestProtocol, input: Partial<AuthorizationRequestInput> = {}) {
  const request = await protocol.buildAuthorizationRequest({ ...signInInput, ...input })
  return { ...request, parameters: new URL(request.url).searchParams }
}
