import { expect, it } from 'vitest'
import type { RefreshOutcome, TokenSet } from './protocol.js'
import { signInInput, startTestProtocol, type TestProtocol } from './testing/test-protocol.js'

it('T1, RF1: sends the refresh token of a public client and gives the new one', async () => {
  const { test, session } = await signedIn({ tokenParams: { audience: 'https://api' } })
  const tokens = granted(await test.refresh(session))
  expect(Object.fromEntries(test.server.requests.at(-1)?.form ?? [])).toEqual({
    grant_type: 'refresh_token',
    refresh_token: session.tokens.refreshToken,
    client_id: 'spa',
    audience: 'https://api',
  })
  expect(tokens.refreshToken).toMatch(/^rt-/)
  expect(tokens.refreshToken).not.toBe(session.tokens.refreshToken)
  expect(tokens).toMatchObject({
    tokenType: 'Bearer',
    lifetimeMs: 300_000,
    claims: { sub: 'alice' },
  })
})

it('AR8, RF6: asks for the resource and the scope it is told, and no other', async () => {
  const { test, session } = await signedIn()
  await test.refresh(session, { resource: 'urn:reports', scope: 'reports:read' })
  const { form } = test.server.requests.at(-1) ?? expect.unreachable()
  expect([form.getAll('resource'), form.get('scope')]).toEqual([['urn:reports'], 'reports:read'])
})

it('RF2, INV2: the refresh token reaches the token endpoint only', async () => {
  const { test, session } = await signedIn()
  const tokens = granted(await test.refresh(session))
  await test.protocol.userInfo(tokens.accessToken, 'alice', undefined)
  const elsewhere = test.server.requests.filter(({ path }) => path !== '/token')
  const told = elsewhere.map(({ text, query, headers }) => [text, query.toString(), headers])
  for (const secret of [session.tokens.refreshToken, tokens.refreshToken])
    expect(JSON.stringify(told)).not.toContain(secret)
})

it('nothing is loaded before the request, and nothing after it while keys are at hand', async () => {
  const { test, session } = await signedIn()
  await test.protocol.prepare()
  test.server.requests.length = 0
  granted(await test.refresh(session))
  expect(test.server.requests.map(({ path }) => path)).toEqual(['/token'])
})

it('without prepare() nothing is sent', async () => {
  const { test, session } = await signedIn()
  const cold = await startTestProtocol({}, test.server)
  const count = test.server.requests.length
  expect(await cold.refresh(session)).toMatchObject({
    kind: 'not-executed',
    looksRefused: false,
    error: { code: 'issuer-unreachable' },
  })
  expect(test.server.requests).toHaveLength(count)
})

it('C19: no refresh token in the answer means that the old one stays', async () => {
  const { test, session } = await signedIn()
  test.server.draft = ({ body }) => void delete body['refresh_token']
  expect(granted(await test.refresh(session)).refreshToken).toBeUndefined()
})

it('RF5: no ID token in the answer means that the old claims stay', async () => {
  const { test, session } = await signedIn()
  test.server.draft = (draft) => void (draft.claims = undefined)
  expect(granted(await test.refresh(session))).toMatchObject({
    claims: undefined,
    idToken: undefined,
  })
})

it('C22, RF4, oidcc-client-test-refresh-token-invalid-sub: another sub ends it, and tells what to revoke', async () => {
  const { test, session } = await signedIn()
  test.server.subject = 'mallory'
  const outcome = await test.refresh(session)
  expect(outcome).toMatchObject({ kind: 'wrong-subject', error: { code: 'subject-mismatch' } })
  if (outcome.kind === 'wrong-subject') expect(outcome.refreshToken).toMatch(/^rt-/)
})

it('C22: another sub ends it even where its signature cannot be checked', async () => {
  const { test, session } = await signedIn()
  test.server.subject = 'mallory'
  test.server.always('/jwks', 'drop')
  test.server.draft = ({ header }) => void (header['kid'] = 'unknown')
  expect((await test.refresh(session)).kind).toBe('wrong-subject')
})

it('C23, RF4, oidcc-client-test-refresh-token-invalid-issuer: another iss ends it', async () => {
  const { test, session } = await signedIn()
  test.server.draft = ({ claims }) => void (claims && (claims['iss'] = 'https://evil.example'))
  expect((await test.refresh(session)).kind).toBe('wrong-subject')
})

it('C23, RF4: the nonce may be absent or that of the sign-in, not another', async () => {
  for (const [nonce, kind] of [
    [undefined, 'granted'],
    ['', 'granted'],
    ['other', 'invalid'],
    [5, 'invalid'],
  ] as const) {
    const { test, session } = await signedIn()
    test.server.draft = ({ claims }) =>
      void (claims && (claims['nonce'] = nonce === '' ? session.pending.nonce : nonce))
    expect((await test.refresh(session)).kind).toBe(kind)
  }
})

it('C23, RF4: an older auth_time is refused; a newer one is not believed, and signs nobody out', async () => {
  const { test, session } = await signedIn()
  const authTime = Number(session.tokens.claims?.['auth_time'])
  test.server.draft = ({ claims }) => void (claims && (claims['auth_time'] = authTime + 60))
  const tokens = granted(await test.refresh(session))
  expect([tokens.claims, tokens.idToken]).toEqual([undefined, undefined])
  test.server.draft = ({ claims }) => void (claims && (claims['auth_time'] = authTime - 60))
  const next = await test.refresh(session, { refreshToken: tokens.refreshToken ?? '' })
  expect(next.kind).toBe('invalid')
})

it('a session without an ID token has nothing to compare', async () => {
  const { test, session } = await signedIn()
  const { claims, ...tokens } = session.tokens
  expect(claims).toBeDefined()
  const outcome = await test.refresh({ ...session, tokens: { ...tokens, claims: undefined } })
  expect(granted(outcome).claims?.sub).toBe('alice')
})

it('oidcc-client-test-refresh-token: refreshes as often as it likes', async () => {
  const { test, session } = await signedIn()
  let tokens: TokenSet = session.tokens
  for (let round = 0; round < 3; round++)
    tokens = granted(await test.refresh(session, { refreshToken: tokens.refreshToken ?? '' }))
  expect(tokens.claims?.sub).toBe('alice')
})

it('B11: keys that cannot be had cost no tokens: the ID token is left aside', async () => {
  const { test, session } = await signedIn()
  const key = await test.server.newKey('ES256', 'key-2')
  test.server.signingKey = key
  for (const answer of ['drop', { status: 500 }, { body: '<html>' }] as const) {
    test.server.always('/jwks', answer)
    const tokens = granted(await test.refresh(session))
    expect([tokens.claims, tokens.idToken]).toEqual([undefined, undefined])
    session.tokens = tokens
  }
})

it('B8: a rotated key is fetched once, and the ID token taken', async () => {
  const { test, session } = await signedIn()
  const key = await test.server.newKey('ES256', 'key-2')
  test.server.signingKey = key
  test.server.jwks.keys = [key.publicJwk]
  expect(granted(await test.refresh(session)).claims?.sub).toBe('alice')
  expect(test.server.count('/jwks')).toBe(2)
})

it('H2: a device clock that jumps signs nobody out', async () => {
  for (const hours of [24, -24]) {
    let now = Date.now()
    const clock = { now: () => now, monotonic: () => performance.now(), setTimer: () => () => {} }
    const { test, session } = await signedIn({ clock })
    now += hours * 3_600_000
    const tokens = granted(await test.refresh(session))
    expect([tokens.claims, tokens.startedAt]).toEqual([undefined, now])
  }
})

const nonsense: [string, object][] = [
  ['C12: no access_token', { access_token: undefined }],
  ['C13: token_type mac', { token_type: 'mac' }],
  ['C14: token_type DPoP without a key', { token_type: 'DPoP' }],
  ['C16: expires_in null', { expires_in: null }],
  ['C20: an empty refresh_token', { refresh_token: '' }],
]
it.each(nonsense)(
  '%s: nothing is stored, and the refresh token may be spent',
  async (_, members) => {
    const { test, session } = await signedIn()
    test.server.draft = ({ body }) => void Object.assign(body, members)
    expect(await test.refresh(session)).toMatchObject({
      kind: 'unknown',
      reason: 'invalid-response',
      error: { code: 'invalid-token-response' },
    })
  },
)

it.each([
  ['C15: "60"', '60', 60_000],
  ['C17: 1e12', 1e12, 90 * 24 * 3_600_000],
  ['C18: none', undefined, 0],
])('expires_in %s gives the life', async (_, expiresIn, lifetimeMs) => {
  const { test, session } = await signedIn()
  test.server.draft = ({ body }) => void (body['expires_in'] = expiresIn)
  expect(granted(await test.refresh(session)).lifetimeMs).toBe(lifetimeMs)
})

it('RF7, P4: the proof is by the key of the sign-in', async () => {
  const { test, session } = await signedIn({ dpop: 'required' })
  granted(await test.refresh(session))
  const [first, second] = test.server.requests
    .filter(({ path }) => path === '/token')
    .map(({ headers }) => headerOf(String(headers['dpop']))['jwk'])
  expect(second).toEqual(first)
})

it('RF7: a session that has a key goes on with it when the app turns DPoP off', async () => {
  const { test, session } = await signedIn({ dpop: 'required' })
  const off = await startTestProtocol({ dpop: 'off' }, test.server)
  await off.protocol.prepare()
  expect(granted(await off.refresh(session)).tokenType).toBe('DPoP')
})

it('C14: a Bearer token in answer to a proof is refused', async () => {
  const { test, session } = await signedIn({ dpop: 'required' })
  test.server.draft = ({ body }) => void (body['token_type'] = 'Bearer')
  expect((await test.refresh(session)).kind).toBe('unknown')
})

it('G10: a key that cannot sign sends nothing, and no new key takes its place', async () => {
  const { test, session } = await signedIn({ dpop: 'required' })
  const { publicKey } = session.pending.dpopKey ?? expect.unreachable()
  const dpopKey = { publicKey, privateKey: publicKey }
  const count = test.server.requests.length
  expect(await test.refresh(session, { dpopKey })).toMatchObject({
    kind: 'not-executed',
    error: { code: 'proof-key-lost' },
  })
  expect(test.server.requests).toHaveLength(count)
})

it('G10, C14: where DPoP is required, a session without a key sends nothing', async () => {
  const { test, session } = await signedIn()
  const strict = await startTestProtocol({ dpop: 'required' }, test.server)
  await strict.protocol.prepare()
  expect(await strict.refresh(session)).toMatchObject({
    kind: 'not-executed',
    error: { code: 'proof-key-lost' },
  })
  expect(test.server.count('/token')).toBe(1)
})

it('I-15: a nonce that is never accepted leaves the session alone', async () => {
  const { test, session } = await signedIn({ dpop: 'required' })
  test.server.always('/token', {
    status: 400,
    headers: { 'dpop-nonce': 'n-1' },
    body: { error: 'use_dpop_nonce' },
  })
  expect(await test.refresh(session)).toMatchObject({ kind: 'not-executed', looksRefused: false })
  expect(test.server.count('/token')).toBe(3)
})

it('a signal that fires ends the waiting', async () => {
  const { test, session } = await signedIn()
  const controller = new AbortController()
  test.server.always('/token', () => {
    controller.abort()
    return 'hang'
  })
  expect(await test.refresh(session, { signal: controller.signal })).toMatchObject({
    kind: 'unknown',
    reason: 'timeout',
  })
})

it('a signal that fires after the answer came loses no tokens', async () => {
  const { test, session } = await signedIn()
  const key = await test.server.newKey('ES256', 'key-2')
  test.server.signingKey = key
  const controller = new AbortController()
  test.server.always('/jwks', () => {
    controller.abort()
    return { body: { keys: [key.publicJwk] } }
  })
  const outcome = await test.refresh(session, { signal: controller.signal })
  expect(granted(outcome).refreshToken).toMatch(/^rt-/)
})

it('K2: a polluted prototype adds no parameter', async () => {
  const { test, session } = await signedIn()
  const polluted = Object.prototype as { scope?: string; resource?: string }
  const outcome = (async () => {
    Object.assign(polluted, { scope: 'evil', resource: 'urn:evil' })
    try {
      return await test.refresh(session)
    } finally {
      delete polluted.scope
      delete polluted.resource
    }
  })()
  granted(await outcome)
  expect(test.server.requests.at(-1)?.text).not.toContain('evil')
})

async function signedIn(overrides: Parameters<typeof startTestProtocol>[0] = {}) {
  const test: TestProtocol = await startTestProtocol(overrides)
  const session: { tokens: TokenSet; pending: Awaited<ReturnType<typeof test.signIn>>['pending'] } =
    await test.signIn({ scope: signInInput.scope })
  return { test, session }
}

function granted(outcome: RefreshOutcome): TokenSet {
  if (outcome.kind === 'granted') return outcome.tokens
  return expect.unreachable(outcome.kind)
}

function headerOf(jwt: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >
}
