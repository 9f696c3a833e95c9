import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseServerMetadata } from './authorization-server-metadata.js'
import { isAuthError } from '../errors.js'
import { expectHarmless, signInInput, startTestProtocol } from './testing/test-protocol.js'

// Each test runs its cases against one server, so a case that hangs or never ends fails its time limit.
const runs = { numRuns: 150 }

const jsonText = fc.oneof(fc.json(), fc.string(), fc.constant('{"access_token":'))
const oddValue = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('', ' ', 'x', '1e999', -1, 0, 1e300, null, true, [], {}, '\u0000', '\ud800'),
)

it('fuzz: no callback but the right one is accepted, and none throws what is not ours', async () => {
  const test = await startTestProtocol()
  const { url, pending } = await test.protocol.buildAuthorizationRequest(signInInput)
  const good = test.server.authorize(url)
  const names = fc.constantFrom(
    ...['code', 'state', 'iss', 'error', 'error_description', 'session_state'],
    ...['access_token', 'id_token', 'token', 'response', 'foo', '__proto__', ''],
  )
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom(pending.state, test.server.issuer, 'access_denied', `${test.server.issuer}/`),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(names, value), { maxLength: 5 }),
      fc.boolean(),
      async (pairs, isOnTop) => {
        const parameters = new URLSearchParams(isOnTop ? good : undefined)
        for (const [name, text] of pairs) parameters.append(name, text)
        const outcome = await test.protocol
          .validateAuthorizationResponse(parameters, pending)
          .catch((error: unknown) => error)
        if (isAuthError(outcome)) return expectHarmless(outcome, test.server)
        // What was accepted says the same as the good one.
        for (const name of ['code', 'state', 'iss', 'error'])
          if (name !== 'code') expect(parameters.getAll(name)).toEqual(good.getAll(name))
        expect(parameters.getAll('code')).toHaveLength(1)
      },
    ),
    { numRuns: 2000 },
  )
  expect(test.server.count('/token')).toBe(0)
}, 60_000)

it('fuzz: no discovery document throws what is not ours, or has an unsafe endpoint accepted', () => {
  const issuer = 'https://as.example'
  const anyUrl = fc.oneof(
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.constantFrom('javascript:alert(1)', 'http://as.example', 'https://a@b', 'data:,', '//x'),
    oddValue,
  )
  const document = fc.record(
    {
      issuer: fc.oneof(fc.constantFrom(issuer, `${issuer}/`), anyUrl),
      authorization_endpoint: anyUrl,
      token_endpoint: anyUrl,
      jwks_uri: anyUrl,
      end_session_endpoint: anyUrl,
      check_session_iframe: anyUrl,
      code_challenge_methods_supported: fc.oneof(
        fc.array(fc.string()),
        fc.constant(['S256']),
        oddValue,
      ),
      ['__proto__']: oddValue,
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.oneof(document, oddValue), (input) => {
      let server: Record<string, string> = {}
      try {
        server = parseServerMetadata(input, issuer) as unknown as typeof server
      } catch (error) {
        expectHarmless(error, { secrets: new Set() })
      }
      const unsafe = Object.entries(server)
        .filter(([name, value]) => /_endpoint$|_uri$|_iframe$/.test(name) && value)
        .map(([, value]) => new URL(value))
        .filter((url) => url.protocol !== 'https:' || url.username || url.password)
      expect(unsafe).toEqual([])
    }),
    { numRuns: 1000 },
  )
}, 60_000)

it('fuzz: whatever else the metadata says, every step has an outcome of ours', async () => {
  const test = await startTestProtocol({ dpop: 'auto', par: true })
  const session = await test.signIn()
  const good = { ...test.server.metadata }
  const name = fc.constantFrom(
    ...Object.keys(good).filter((member) => !/_endpoint$|_uri$|^issuer$/.test(member)),
    ...['require_pushed_authorization_requests', 'mtls_endpoint_aliases', '__proto__', 'extra'],
  )
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, oddValue, { minKeys: 1 }), async (members) => {
      for (const key of Object.keys(test.server.metadata)) delete test.server.metadata[key]
      Object.assign(test.server.metadata, good, members)
      const page = await startTestProtocol({ dpop: 'auto', par: true }, test.server)
      const outcome = await page.signIn().catch((error: unknown) => error)
      if (outcome instanceof Error) expectHarmless(outcome, test.server)
      await page.protocol.prepare().catch(() => {})
      expect((await page.refresh(session)).kind).toMatch(/^[a-z-]+$/)
    }),
    runs,
  )
}, 60_000)

it('fuzz: whatever a discovery endpoint sends, the error is ours', async () => {
  const test = await startTestProtocol()
  await fc.assert(
    fc.asyncProperty(jsonText, fc.integer({ min: 200, max: 599 }), async (body, status) => {
      test.server.always(
        '/.well-known/openid-configuration',
        bodiless(status) ? { status } : { status, body },
      )
      const { code } = await test.failure(test.protocol.prepare())
      expect(['discovery-failed', 'issuer-unreachable', 'issuer-mismatch']).toContain(code)
    }),
    runs,
  )
}, 60_000)

it('fuzz: whatever a token endpoint sends, a refresh has an outcome, and only invalid_grant ends a session', async () => {
  const test = await startTestProtocol()
  const session = await test.signIn()
  const member = fc.constantFrom(
    ...['access_token', 'token_type', 'expires_in', 'refresh_token', 'scope', 'id_token'],
    ...['error', 'error_description', '__proto__', 'constructor'],
  )
  const body = fc.oneof(
    jsonText,
    fc.dictionary(member, fc.oneof(oddValue, fc.constantFrom('Bearer', 'dpop', 'a.b.c')), {
      maxKeys: 6,
    }),
  )
  const status = fc.oneof(
    fc.constant(200),
    fc.constantFrom(400, 401, 403, 429, 500, 503),
    fc.integer({ min: 200, max: 599 }),
  )
  const retryAfter = fc.oneof(
    fc.integer().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    fc.constantFrom('', 'x', '1e999', 'NaN', '-1'),
  )
  await fc.assert(
    fc.asyncProperty(body, status, retryAfter, async (answer, code, header) => {
      const headers = { 'retry-after': header }
      test.server.always(
        '/token',
        bodiless(code) ? { status: code, headers } : { status: code, headers, body: answer },
      )
      const outcome = await test.refresh(session)
      expect([
        'granted',
        'refused',
        'configuration',
        'not-executed',
        'unknown',
        'invalid',
        'wrong-subject',
      ]).toContain(outcome.kind)
      if (outcome.kind === 'refused')
        expect(outcome.error.error).toMatch(/invalid_grant|_required/i)
      if (outcome.kind === 'granted') {
        const { accessToken, lifetimeMs, refreshToken } = outcome.tokens
        expect(accessToken).not.toBe('')
        expect(lifetimeMs >= 0 && lifetimeMs <= 90 * 24 * 3_600_000).toBe(true)
        expect(refreshToken === undefined || refreshToken.length > 0).toBe(true)
      }
      if (outcome.kind === 'not-executed' && outcome.retryAfterMs !== undefined)
        expect(outcome.retryAfterMs >= 0 && outcome.retryAfterMs <= 3_600_000).toBe(true)
    }),
    { numRuns: 400 },
  )
}, 60_000)

it('fuzz: whatever claims an ID token has, nobody else is signed in, and no error tells a secret', async () => {
  const test = await startTestProtocol()
  const name = fc.constantFrom(
    ...['iss', 'sub', 'aud', 'azp', 'exp', 'iat', 'nbf', 'nonce', 'auth_time', 'at_hash', 'acr'],
    ...['__proto__', 'toString'],
  )
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, oddValue, { minKeys: 1, maxKeys: 3 }), async (members) => {
      test.server.draft = ({ claims }) => void Object.assign(claims ?? {}, members)
      const outcome = await test.signIn().catch((error: unknown) => error)
      if (outcome instanceof Error) return expectHarmless(outcome, test.server)
      const { tokens } = outcome as Awaited<ReturnType<typeof test.signIn>>
      expect(tokens.claims).toMatchObject({ iss: test.server.issuer })
      expect(tokens.claims?.sub).toBe('sub' in members ? members['sub'] : 'alice')
      expect(tokens.claims?.sub).not.toBe('')
      for (const guarded of ['iss', 'aud', 'nonce', 'azp'])
        if (guarded in members)
          expect([test.server.issuer, 'spa']).toContain(tokens.claims?.[guarded])
    }),
    runs,
  )
}, 60_000)

it('fuzz: whatever a key set holds, nobody is signed in with a signature that does not fit', async () => {
  const test = await startTestProtocol()
  const field = fc.constantFrom('kty', 'kid', 'alg', 'use', 'crv', 'x', 'y', 'n', 'e', 'key_ops')
  const key = fc.oneof(fc.dictionary(field, oddValue), oddValue)
  const unpublished = await test.server.newKey('ES256', 'key-1')
  test.server.draft = (draft) => void (draft.key = unpublished)
  await fc.assert(
    fc.asyncProperty(fc.array(key, { maxLength: 4 }), async (keys) => {
      test.server.jwks.keys = keys
      // A page of its own each time: keys are kept for ten minutes.
      const page = await startTestProtocol({}, test.server)
      const { code } = await page.failure(page.signIn())
      expect(['invalid-id-token', 'discovery-failed']).toContain(code)
    }),
    runs,
  )
}, 60_000)

function bodiless(status: number): boolean {
  return [204, 205, 304].includes(status)
}
