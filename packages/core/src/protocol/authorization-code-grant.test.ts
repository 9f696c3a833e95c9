import { expect, it } from 'vitest'
import type { AuthorizationRequestInput } from './protocol.js'
import type { Answer } from '../../../dev-issuer/src/testing/hostile-answers.js'
import { signInInput, startTestProtocol, type TestProtocol } from './testing/test-protocol.js'

it('T1, T2, AR7: sends what RFC 6749 and 7636 ask of a public client, and no more', async () => {
  const test = await startTestProtocol({ tokenParams: { audience: 'https://api', code: 'evil' } })
  const { pending } = await test.signIn()
  const request = test.server.requests.find(({ path }) => path === '/token')
  expect(request?.method).toBe('POST')
  expect(request?.headers['content-type']).toMatch('application/x-www-form-urlencoded')
  expect(request?.headers).not.toHaveProperty('authorization')
  expect(Object.fromEntries(request?.form ?? [])).toEqual({
    grant_type: 'authorization_code',
    code: expect.stringMatching(/^code-/) as string,
    redirect_uri: pending.redirectUri,
    code_verifier: pending.codeVerifier,
    client_id: 'spa',
    audience: 'https://api',
  })
})

it('gives the token set', async () => {
  const test = await startTestProtocol()
  const before = Date.now()
  const { tokens } = await test.signIn()
  expect(tokens).toMatchObject({
    accessToken: expect.stringMatching(/^at-/) as string,
    tokenType: 'Bearer',
    lifetimeMs: 300_000,
    scope: 'openid profile offline_access',
    refreshToken: expect.stringMatching(/^rt-/) as string,
    idToken: expect.stringMatching(/^ey/) as string,
    claims: { iss: test.server.issuer, sub: 'alice', aud: 'spa' },
  })
  expect(tokens.startedAt).toBeGreaterThanOrEqual(before)
  expect(tokens.startedAt).toBeLessThanOrEqual(Date.now())
})

it('counts the life of a token from before the request', async () => {
  let now = Date.now()
  const clock = { now: () => now, monotonic: () => now, setTimer: () => () => {} }
  const test = await startTestProtocol({ clock })
  const startedAt = now
  test.server.draft = () => void (now += 5000)
  expect((await test.signIn()).tokens.startedAt).toBe(startedAt)
})

it('INV3: the code and its verifier reach the token endpoint only', async () => {
  const test = await startTestProtocol()
  const { pending } = await test.signIn()
  const code = test.server.requests.find(({ path }) => path === '/token')?.form.get('code') ?? ''
  const elsewhere = test.server.requests.filter(({ path }) => path !== '/token')
  const told = elsewhere.map(({ text, query, headers }) => [text, query.toString(), headers])
  for (const secret of [code, pending.codeVerifier])
    expect(JSON.stringify(told)).not.toContain(secret)
})

it('a callback costs one round trip: the keys come while the token endpoint thinks', async () => {
  const test = await startTestProtocol()
  let keysCame = () => {}
  const keys = new Promise<void>((resolve) => (keysCame = resolve))
  test.server.always('/jwks', () => (keysCame(), { body: test.server.jwks }))
  test.server.draft = () => keys
  await test.signIn()
  expect(test.server.count('/jwks')).toBe(1)
})

it('keys that are cached are not fetched again', async () => {
  const test = await startTestProtocol()
  await test.protocol.prepare()
  await test.signIn()
  await test.signIn()
  expect(test.server.count('/jwks')).toBe(1)
})

it('a server without OpenID Connect gives no ID token, and needs no keys', async () => {
  const test = await startTestProtocol()
  delete test.server.metadata['jwks_uri']
  const { tokens } = await test.signIn({ scope: 'read' })
  expect([tokens.idToken, tokens.claims]).toEqual([undefined, undefined])
})

it('A10, V10: a code of somebody else is stopped by PKCE', async () => {
  const test = await startTestProtocol()
  const [victim, attacker] = [await leave(test), await leave(test)]
  const parameters = victim.parameters
  parameters.set('code', attacker.parameters.get('code') ?? '')
  const response = await test.protocol.validateAuthorizationResponse(parameters, victim.pending)
  const error = await test.failure(test.protocol.authorizationCodeGrant(response, victim.pending))
  expect(error).toMatchObject({ code: 'token-endpoint', error: 'invalid_grant', status: 400 })
})

it('A10, V10: and by the nonce where the server ignores PKCE', async () => {
  const test = await startTestProtocol()
  test.server.draft = ({ claims }) => void (claims && (claims['nonce'] = 'of-the-attacker'))
  expect(await test.failure(test.signIn())).toMatchObject({ code: 'invalid-id-token' })
})

it('an unvalidated response has no code to redeem', async () => {
  const test = await startTestProtocol()
  const { pending } = await leave(test)
  const forged = Object.freeze({}) as Parameters<typeof test.protocol.authorizationCodeGrant>[0]
  await test.failure(test.protocol.authorizationCodeGrant(forged, pending))
  expect(test.server.requests.at(-1)?.form.has('code')).toBe(false)
})

const refusals: [string, Answer, object][] = [
  ['C5: invalid_grant', oauth(400, 'invalid_grant'), { code: 'token-endpoint', status: 400 }],
  ['C7: invalid_client', oauth(401, 'invalid_client'), { code: 'token-endpoint', status: 401 }],
  [
    'C7: 401 with a challenge',
    { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } },
    { code: 'token-endpoint', status: 401 },
  ],
  [
    'C9: 429',
    { status: 429, headers: { 'retry-after': '5' } },
    { code: 'token-endpoint', status: 429 },
  ],
  ['C9: 500', { status: 500, body: '<html>' }, { code: 'token-endpoint', status: 500 }],
  ['C9: 500 with JSON', oauth(500, 'invalid_grant'), { code: 'token-endpoint', status: 500 }],
  ['C9: 502', { status: 502 }, { code: 'token-endpoint', status: 502 }],
  ['C9: 503', { status: 503 }, { code: 'token-endpoint', status: 503 }],
  ['C9: 504', { status: 504 }, { code: 'token-endpoint', status: 504 }],
  ['C10: no connection', 'drop', { code: 'issuer-unreachable' }],
  ['C11: half an answer', 'cut', { code: 'issuer-unreachable' }],
  [
    'C1: HTML',
    { headers: { 'content-type': 'text/html' }, body: '<html>' },
    { code: 'invalid-token-response' },
  ],
  ['C3: nothing', {}, { code: 'invalid-token-response' }],
  ['C3: null', { body: null }, { code: 'invalid-token-response' }],
  ['C3: an array', { body: [] }, { code: 'invalid-token-response' }],
  ['C3: a string', { body: '"x"' }, { code: 'invalid-token-response' }],
  [
    'C4: 201',
    { status: 201, body: { access_token: 'x', token_type: 'Bearer' } },
    { code: 'invalid-token-response' },
  ],
  ['C4: 204', { status: 204 }, { code: 'invalid-token-response' }],
  [
    'C4: a redirect',
    { status: 302, headers: { location: '/evil' } },
    { code: 'invalid-token-response' },
  ],
  [
    'C25: 20 MB',
    { body: { access_token: 'x'.repeat(20_000_000), token_type: 'Bearer' } },
    { code: 'issuer-unreachable' },
  ],
  [
    'C25: deep JSON',
    { headers: { 'content-type': 'application/json' }, body: '[{"a":'.repeat(30_000) },
    { code: 'invalid-token-response' },
  ],
]
it.each(refusals)('%s: nothing is signed in', async (_, answer, expected) => {
  const test = await startTestProtocol()
  test.server.always('/token', answer)
  expect(await test.failure(test.signIn())).toMatchObject(expected)
  expect([test.server.count('/token'), test.server.count('/evil')]).toEqual([1, 0])
})

it('A23: what the token endpoint says is capped and has no control characters', async () => {
  const test = await startTestProtocol()
  const error_description = `\u001b[31m\r\n${'x'.repeat(9000)}`
  test.server.always('/token', { status: 400, body: { error: 'invalid_grant', error_description } })
  const { message } = await test.failure(test.signIn())
  expect(message).not.toMatch(/\p{C}/u)
  expect(message.length).toBeLessThan(400)
})

it('J5: a server that repeats code and verifier has them told to nobody', async () => {
  const test = await startTestProtocol()
  test.server.always('/token', ({ form }) => ({
    status: 400,
    body: { error: form.get('code'), error_description: `no: ${form.toString()}` },
  }))
  expect(await test.failure(test.signIn())).toMatchObject({ code: 'token-endpoint' })
})

const bodies: [string, Record<string, unknown>][] = [
  ['C12: no access_token', { access_token: undefined }],
  ['C12: an empty access_token', { access_token: '' }],
  ['C12: an object for access_token', { access_token: {} }],
  ['C12: no token_type', { token_type: undefined }],
  ['C13, T3: token_type mac', { token_type: 'mac' }],
  ['C13, T3: token_type N_A', { token_type: 'N_A' }],
  ['C14, P1: token_type DPoP without a key', { token_type: 'DPoP' }],
  ['C16: expires_in -1', { expires_in: -1 }],
  ['C16: expires_in null', { expires_in: null }],
  ['C16: expires_in true', { expires_in: true }],
  ['C16: expires_in "abc"', { expires_in: 'abc' }],
  ['C16: expires_in {}', { expires_in: {} }],
  ['C20: an empty refresh_token', { refresh_token: '' }],
  ['C20: refresh_token null', { refresh_token: null }],
  ['C20: scope 5', { scope: 5 }],
  ['C20: scope null', { scope: null }],
  ['C20: id_token null', { id_token: null }],
]
it.each(bodies)('%s is refused', async (_, members) => {
  const test = await startTestProtocol()
  test.server.draft = ({ body }) => void Object.assign(body, members)
  expect(await test.failure(test.signIn())).toMatchObject({ code: 'invalid-token-response' })
})

it('C16: expires_in 1e400 is refused', async () => {
  const test = await startTestProtocol()
  test.server.always('/token', {
    body: '{"access_token":"secret-at","token_type":"bearer","expires_in":1e400}',
  })
  expect(await test.failure(test.signIn())).toMatchObject({ code: 'invalid-token-response' })
})

it.each([
  ['C15: expires_in "3600"', '3600', 3_600_000],
  ['C15: expires_in "3600abc"', '3600abc', 3_600_000],
  ['C15: expires_in [60]', [60], 60_000],
  ['C15: expires_in 0', 0, 0],
  ['C15: expires_in 0.5', 0.5, 500],
  ['C18, token-endpoint-response-without-expires_in: no expires_in', undefined, 0],
  ['C17, T5: expires_in 1e12', 1e12, 90 * 24 * 3_600_000],
])('%s gives the life', async (_, expiresIn, lifetimeMs) => {
  const test = await startTestProtocol()
  test.server.draft = ({ body }) => void (body['expires_in'] = expiresIn)
  expect((await test.signIn()).tokens.lifetimeMs).toBe(lifetimeMs)
})

it.each(['BEARER', 'bearer', 'Bearer'])('T3, token-type-case-insensitivity: %s', async (type) => {
  const test = await startTestProtocol()
  test.server.draft = ({ body }) => void (body['token_type'] = type)
  expect((await test.signIn()).tokens.tokenType).toBe('Bearer')
})

it.each(['text/html', 'application/json; charset=utf-8', 'text/json', 'Application/JSON'])(
  'C2, T8: JSON served as %s is read',
  async (type) => {
    const test = await startTestProtocol()
    let draft: Record<string, unknown> = {}
    test.server.draft = ({ body }) => void (draft = body)
    const { parameters, pending } = await leave(test, { scope: 'read' })
    test.server.once('/token', () => {
      draft = { access_token: 'at-plain', token_type: 'Bearer' }
      return { headers: { 'content-type': type }, body: JSON.stringify(draft) }
    })
    const response = await test.protocol.validateAuthorizationResponse(parameters, pending)
    const tokens = await test.protocol.authorizationCodeGrant(response, pending)
    expect(tokens.accessToken).toBe('at-plain')
  },
)

it('C21, T6, no-scope-in-token-endpoint-response: no scope means as asked; another is told', async () => {
  const test = await startTestProtocol()
  test.server.draft = ({ body }) => void delete body['scope']
  expect((await test.signIn()).tokens.scope).toBeUndefined()
  test.server.draft = ({ body }) => void (body['scope'] = 'openid')
  expect((await test.signIn()).tokens.scope).toBe('openid')
})

it('T7: unknown members are ignored', async () => {
  const test = await startTestProtocol()
  test.server.draft = ({ body }) => void Object.assign(body, { foo: 1, __proto: {}, '': null })
  expect(Object.keys((await test.signIn()).tokens)).not.toContain('foo')
})

it('B11: keys that come at the second try are good enough', async () => {
  const test = await startTestProtocol()
  test.server.once('/jwks', 'drop')
  expect((await test.signIn()).tokens.claims?.sub).toBe('alice')
  expect(test.server.count('/jwks')).toBe(2)
})

it('B11, V4: without keys nobody is signed in, and it is called temporary', async () => {
  const test = await startTestProtocol()
  test.server.always('/jwks', { status: 503 })
  expect(await test.failure(test.signIn())).toMatchObject({ code: 'issuer-unreachable' })
})

it('V11, I-11: acr_values asked for must be reached', async () => {
  const test = await startTestProtocol()
  expect((await test.signIn({ acrValues: 'urn:mfa urn:pin' })).tokens.claims?.['acr']).toBe(
    'urn:mfa',
  )
  for (const acr of ['urn:password', undefined, ['urn:mfa']]) {
    test.server.draft = ({ claims }) => void (claims && (claims['acr'] = acr))
    const error = await test.failure(test.signIn({ acrValues: 'urn:mfa urn:pin' }))
    expect(error).toMatchObject({ code: 'step-up-not-satisfied' })
  }
})

it('V12: max_age must be kept', async () => {
  const test = await startTestProtocol({ clockToleranceMs: 10_000 })
  await test.signIn({ maxAgeSeconds: 60 })
  for (const authTime of [nowSeconds() - 100, undefined, 'x', null]) {
    test.server.draft = ({ claims }) => void (claims && (claims['auth_time'] = authTime))
    const code =
      typeof authTime === 'number' || authTime === undefined
        ? 'step-up-not-satisfied'
        : 'invalid-id-token'
    expect(await test.failure(test.signIn({ maxAgeSeconds: 60 }))).toMatchObject({ code })
  }
})

it('H2: a device clock that is off is named, with how much', async () => {
  for (const hours of [25, -25]) {
    const clock = {
      now: () => Date.now() + hours * 3_600_000,
      monotonic: () => performance.now(),
      setTimer: () => () => {},
    }
    const test = await startTestProtocol({ clock })
    const error = await test.failure(test.signIn())
    expect(error).toMatchObject({ code: 'clock-skew' })
    expect(error.message).toMatch(
      hours > 0 ? / -(89999|9000[01]) s off/ : / (89999|9000[01]) s off/,
    )
  }
})

it('H2: nine minutes off are within the tolerance', async () => {
  for (const minutes of [9, -9]) {
    const clock = {
      now: () => Date.now() + minutes * 60_000,
      monotonic: () => performance.now(),
      setTimer: () => () => {},
    }
    const { tokens } = await (await startTestProtocol({ clock })).signIn()
    expect(tokens.claims?.sub).toBe('alice')
  }
})

it('P2, P3, P5, happy-path: DPoP: a proof is sent, and another with the nonce the server asks for', async () => {
  const test = await startTestProtocol({ dpop: 'required' })
  test.server.once('/token', {
    status: 400,
    headers: { 'dpop-nonce': 'n-1' },
    body: { error: 'use_dpop_nonce' },
  })
  const { tokens } = await test.signIn()
  expect(tokens.tokenType).toBe('DPoP')
  const [first, second] = test.server.requests
    .filter(({ path }) => path === '/token')
    .map(({ headers }) => payloadOf(String(headers['dpop'])))
  expect(first).toMatchObject({ htm: 'POST', htu: `${test.server.issuer}/token` })
  expect(first).not.toHaveProperty('nonce')
  expect(second).toMatchObject({ nonce: 'n-1' })
  expect(first?.['jti']).not.toBe(second?.['jti'])
})

it.each(['auto', 'required'] as const)(
  'C14, T4: DPoP %s: a Bearer token is a downgrade',
  async (dpop) => {
    const test = await startTestProtocol({ dpop })
    test.server.draft = ({ body }) => void (body['token_type'] = 'Bearer')
    const error = await test.failure(test.signIn())
    expect(error).toMatchObject({ code: 'invalid-token-response' })
    expect(error.message).toContain('token_type')
  },
)

it('C14, T4: DPoP required later: a sign-in begun without a key gives no Bearer token', async () => {
  const test = await startTestProtocol()
  const { parameters, pending } = await leave(test)
  const strict = await startTestProtocol({ dpop: 'required' }, test.server)
  const response = await strict.protocol.validateAuthorizationResponse(parameters, pending)
  const outcome = strict.protocol.authorizationCodeGrant(response, pending)
  expect(await strict.failure(outcome)).toMatchObject({ code: 'invalid-token-response' })
})

it('I-15: a nonce that cannot be read is named, and asked for once', async () => {
  const test = await startTestProtocol({ dpop: 'required' })
  test.server.always('/token', { status: 400, body: { error: 'use_dpop_nonce' } })
  const error = await test.failure(test.signIn())
  expect(error.message).toContain('Access-Control-Expose-Headers')
  expect(test.server.count('/token')).toBe(1)
})

it('I-15, INV9: a nonce that is never accepted is tried once', async () => {
  const test = await startTestProtocol({ dpop: 'required' })
  let count = 0
  test.server.always('/token', () => ({
    status: 400,
    headers: { 'dpop-nonce': `n-${count++}` },
    body: { error: 'use_dpop_nonce' },
  }))
  expect(await test.failure(test.signIn())).toMatchObject({ code: 'token-endpoint' })
  expect(count).toBe(2)
})

it('T9: a redirect of the token endpoint brings nothing to its target', async () => {
  const [test, evil] = [await startTestProtocol(), await startTestProtocol()]
  test.server.always('/token', {
    status: 307,
    headers: { location: `${evil.server.issuer}/token` },
  })
  await test.failure(test.signIn())
  expect(evil.server.requests).toEqual([])
})

async function leave(test: TestProtocol, input: Partial<AuthorizationRequestInput> = {}) {
  const { url, pending } = await test.protocol.buildAuthorizationRequest({
    ...signInInput,
    ...input,
  })
  return { pending, parameters: test.server.authorize(url) }
}

function oauth(status: number, error: string): Answer {
  return { status, body: { error, error_description: 'told' } }
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

function payloadOf(jwt: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >
}
