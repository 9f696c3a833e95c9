import { createHmac } from 'node:crypto'
import { expect, it, onTestFinished } from 'vitest'
import type { ProtocolConfig, RefreshOutcome } from './protocol.js'
import {
  startHostileIssuer,
  type TokenDraft,
} from '../../../dev-issuer/src/testing/hostile-issuer.js'
import { signJwt } from '../../../dev-issuer/src/testing/hostile-keys.js'
import { startTestProtocol } from './testing/test-protocol.js'

const hour = 3600
const year = 365 * 24 * hour

interface Row {
  readonly name: string
  /** What to send in place of the good ID token. */
  readonly send: (draft: TokenDraft) => void | Promise<void>
  /** What a sign-in makes of it; `undefined` = it is accepted. */
  readonly signIn?: 'invalid-id-token' | 'clock-skew' | undefined
  /** What a refresh makes of it; `ignored` = the tokens are good, the ID token is left aside. */
  readonly refresh?: RefreshOutcome['kind'] | 'ignored'
  readonly config?: Partial<ProtocolConfig>
  readonly metadata?: Record<string, unknown>
}

const rows: Row[] = [
  // What oauth4webapi refuses.
  claim(
    'V1, oidcc-client-test-invalid-iss: another iss',
    'iss',
    'https://evil.example',
    'wrong-subject',
  ),
  {
    ...claim('V1: iss with a slash more', 'iss', undefined),
    send: ({ claims }) => void (claims && (claims['iss'] = `${String(claims['iss'])}/`)),
    refresh: 'wrong-subject',
  },
  claim('V1: no iss', 'iss', undefined),
  claim('V1: iss that is no string', 'iss', 5),
  claim('V2, oidcc-client-test-invalid-aud: another aud', 'aud', 'other'),
  claim('V2, oidcc-client-test-missing-aud: no aud', 'aud', undefined),
  claim('V2: aud []', 'aud', []),
  claim('V2: aud 5', 'aud', 5),
  claim('V2: an untrusted second aud', 'aud', ['spa', 'other']),
  claims('V3: azp is another client, among several aud', { aud: ['spa', 'other'], azp: 'other' }),
  claim('V8: no exp', 'exp', undefined),
  claim('V8: exp as a string', 'exp', '2000000000'),
  claim('V8: exp null', 'exp', null),
  claim('V9, oidcc-client-test-missing-iat: no iat', 'iat', undefined),
  claim('V9: iat as a string', 'iat', '1'),
  claim('V14, oidcc-client-test-missing-sub: no sub', 'sub', undefined),
  claim('V14: sub 5', 'sub', 5),
  // The nonce.
  claim('V10, oidcc-client-test-nonce-invalid: another nonce', 'nonce', 'other'),
  claim('V10: nonce 5', 'nonce', 5),
  { ...claim('V10: no nonce', 'nonce', undefined), refresh: 'granted' },
  // What is ours to refuse.
  claim('V3: azp is another client, with one aud', 'azp', 'other'),
  { ...claim('V3: azp is this client', 'azp', 'spa'), signIn: undefined, refresh: 'granted' },
  {
    ...claims('V3: several aud, and azp is this client', { aud: ['spa', 'api'], azp: 'spa' }),
    signIn: undefined,
    refresh: 'granted',
  },
  claim('V8: exp 1e300', 'exp', 1e300),
  claim('V8: exp in milliseconds', 'exp', Date.now() + 300_000),
  claim('V13: a wrong at_hash is refused', 'at_hash', 'AAAAAAAAAAAAAAAAAAAAAA'),
  claim('V13: at_hash null', 'at_hash', null),
  { ...claim('V14: an empty sub', 'sub', ''), refresh: 'wrong-subject' },
  header('V15: typ at+jwt', { typ: 'at+jwt' }),
  header('V15: typ application/at+jwt', { typ: 'application/AT+JWT' }),
  header('V15: typ logout+jwt', { typ: 'logout+jwt' }),
  { ...header('V15: typ JWT', { typ: 'JWT' }), signIn: undefined, refresh: 'granted' },
  // Times.
  skew('V8: exp an hour ago', () => ({ iat: now() - 2 * hour, exp: now() - hour })),
  skew('V8: exp eleven minutes ago', () => ({ exp: now() - 660, iat: now() - 700 })),
  skew('V9: iat eleven minutes ago', () => ({ iat: now() - 660 })),
  skew('V9: iat a year ago', () => ({ iat: now() - year })),
  skew('V9: iat in eleven minutes', () => ({ iat: now() + 660, exp: now() + hour })),
  {
    ...skew('V9: iat in ten years', () => ({ iat: now() + 10 * year })),
    signIn: 'invalid-id-token',
    refresh: 'invalid',
  },
  skew('V9: iat and exp in ten years', () => ({ iat: now() + 10 * year, exp: now() + 11 * year })),
  skew('nbf in an hour', () => ({ nbf: now() + hour })),
  { ...skew('nbf now', () => ({ nbf: now() })), signIn: undefined, refresh: 'granted' },
  {
    ...skew('V8: exp five minutes ago, within the tolerance', () => ({
      iat: now() - 500,
      exp: now() - 300,
    })),
    signIn: undefined,
    refresh: 'granted',
  },
  { ...claim('V12: auth_time in the future', 'auth_time', now() + hour), refresh: 'ignored' },
  claim('V12: auth_time as a string', 'auth_time', 'x'),
  // The form.
  raw('V16: encrypted', () => 'a.b.c.d.e'),
  raw('two parts', () => 'a.b'),
  raw('garbage', () => 'ÿ.ÿ.ÿ'),
  raw('an array for a payload', (draft) => forged(draft, {}, [])),
  raw('a header that is no JSON', () => `${Buffer.from('{').toString('base64url')}.e30.x`),
  header('V16: crit', { crit: ['b64'], b64: true }),
  // The signature.
  raw('V5, oidcc-client-test-idtoken-sig-none: unsigned', (draft) =>
    forged(draft, { alg: 'none' }),
  ),
  {
    ...raw('V5: unsigned, and the server lists none', (draft) => forged(draft, { alg: 'none' })),
    metadata: { id_token_signing_alg_values_supported: ['none', 'ES256'] },
  },
  {
    ...raw('V5: unsigned, and the app lists none', (draft) => forged(draft, { alg: 'none' })),
    metadata: { id_token_signing_alg_values_supported: ['none', 'ES256'] },
    config: { idTokenSigningAlgorithms: ['none', 'ES256'] },
  },
  {
    ...raw('V5, oidcc-client-test-invalid-sig-hs256: signed with what everybody knows', hmac),
    metadata: { id_token_signing_alg_values_supported: ['HS256', 'ES256'] },
  },
  {
    ...raw('V5: HS256, and the app lists it', hmac),
    metadata: { id_token_signing_alg_values_supported: ['HS256', 'ES256'] },
    config: { idTokenSigningAlgorithms: ['HS256', 'ES256'] },
  },
  raw('V4, oidcc-client-test-invalid-sig-es256: a tampered signature', async (draft) => {
    const [head, payload, signature = ''] = (await signed(draft)).split('.')
    return `${head}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
  }),
  raw('V4: tampered claims', async (draft) => {
    const [head, , signature] = (await signed(draft)).split('.')
    return `${head}.${encoded({ ...draft.claims, email: 'evil@example.com' })}.${signature}`
  }),
  raw('V4: no signature', async (draft) => (await signed(draft)).replace(/[^.]*$/, '')),
  raw('V4: a signature that is no base64url', async (draft) =>
    (await signed(draft)).replace(/[^.]*$/, '§'),
  ),
  {
    name: 'V4: signed with another key of the same kid',
    send: async (draft) => {
      const key = await draft.newKey()
      draft.key = { ...key, kid: 'key-1' }
    },
  },
  {
    name: 'V6: signed with a key the token brings along',
    send: async (draft) => {
      draft.key = await draft.newKey()
      Object.assign(draft.header, { jwk: draft.key.publicJwk, jku: 'https://evil.example/jwks' })
    },
  },
  {
    name: 'V7, B8: an unknown kid',
    send: async (draft) => {
      draft.key = await draft.newKey()
      draft.header['kid'] = 'key-9'
    },
  },
  {
    name: 'H1: an algorithm the server does not list',
    send: () => {},
    metadata: { id_token_signing_alg_values_supported: ['RS256'] },
  },
  {
    name: 'H1: ES256 where the server lists nothing',
    send: () => {},
    metadata: { id_token_signing_alg_values_supported: undefined },
  },
  {
    name: 'H1: ES256 where the server lists nothing, and the app accepts it',
    send: () => {},
    metadata: { id_token_signing_alg_values_supported: undefined },
    config: { idTokenSigningAlgorithms: ['ES256'] },
    signIn: undefined,
    refresh: 'granted',
  },
  {
    name: 'V5: an algorithm the app does not accept',
    send: () => {},
    config: { idTokenSigningAlgorithms: ['PS256'] },
  },
]

it.each(rows.map((row) => [row.name, row] as const))('H, %s, at sign-in', async (_, row) => {
  const test = await startTestProtocol(row.config)
  Object.assign(test.server.metadata, row.metadata)
  test.server.draft = row.send
  const code = 'signIn' in row ? row.signIn : 'invalid-id-token'
  if (code) expect(await test.failure(test.signIn())).toMatchObject({ code })
  else expect((await test.signIn()).tokens.claims?.sub).toBe('alice')
  expect(test.server.count('/userinfo')).toBe(0)
})

it.each(rows.map((row) => [row.name, row] as const))('H, %s, at a refresh', async (_, row) => {
  const healthy = await startTestProtocol()
  const session = await healthy.signIn()
  const { server } = healthy
  Object.assign(server.metadata, row.metadata)
  const test = await startTestProtocol(row.config, server)
  await test.protocol.prepare()
  server.draft = row.send
  const outcome = await test.refresh(session)
  const expected = row.refresh ?? 'invalid'
  expect(outcome.kind).toBe(expected === 'ignored' ? 'granted' : expected)
  if (outcome.kind === 'granted') {
    expect(outcome.tokens.accessToken).toMatch(/^at-/)
    expect(outcome.tokens.claims?.sub).toBe(expected === 'ignored' ? undefined : 'alice')
    expect(outcome.tokens.idToken === undefined).toBe(expected === 'ignored')
  }
  if (outcome.kind === 'wrong-subject') expect(outcome.refreshToken).toMatch(/^rt-/)
  expect(server.count('/userinfo')).toBe(0)
})

it('V10, H: a missing ID token is refused where openid was asked for', async () => {
  const test = await startTestProtocol()
  test.server.draft = (draft) => void (draft.claims = undefined)
  expect(await test.failure(test.signIn())).toMatchObject({ code: 'invalid-id-token' })
})

it.each([
  ['rs256', 'RS256'],
  ['rs384', 'RS384'],
  ['rs512', 'RS512'],
  ['ps256', 'PS256'],
  ['es256', 'ES256'],
  ['es384', 'ES384'],
  ['es512', 'ES512'],
  ['eddsa', 'EdDSA'],
  ['ed25519', 'Ed25519'],
])('V4, V13: %s: the signature is verified, and at_hash with it', async (_, alg) => {
  const test = await startTestProtocol()
  const key = await test.server.newKey(alg, 'other')
  test.server.signingKey = key
  test.server.jwks.keys = [key.publicJwk]
  test.server.metadata['id_token_signing_alg_values_supported'] = [alg]
  const { createHash } = await import('node:crypto')
  test.server.draft = ({ claims, body }) => {
    const bits = /^..(\d{3})$/.exec(alg)?.[1] ?? '512'
    const hash = createHash(`sha${bits}`).update(String(body['access_token'])).digest()
    if (claims) claims['at_hash'] = hash.subarray(0, hash.length / 2).toString('base64url')
  }
  expect((await test.signIn()).tokens.claims).toHaveProperty('at_hash')
})

it('V4, oidcc-client-test-invalid-sig-rs256: a tampered signature is refused', async () => {
  const server = await startHostileIssuer({ alg: 'RS256' })
  onTestFinished(() => server.close())
  const test = await startTestProtocol({}, server)
  expect((await test.signIn()).tokens.claims?.sub).toBe('alice')
  server.draft = async (draft) => {
    const jwt = await signed(draft)
    const at = jwt.lastIndexOf('.') + 1
    const other = jwt[at] === 'A' ? 'B' : 'A'
    draft.body['id_token'] = jwt.slice(0, at) + other + jwt.slice(at + 1)
  }
  expect(await test.failure(test.signIn())).toMatchObject({ code: 'invalid-id-token' })
})

it('V7, oidcc-client-test-kid-absent-single-jwks: no kid and one key is enough', async () => {
  const test = await startTestProtocol()
  test.server.draft = ({ header: head }) => void (head['kid'] = undefined)
  expect((await test.signIn()).tokens.claims?.sub).toBe('alice')
})

it('V7, oidcc-client-test-kid-absent-multiple-jwks: no kid and two keys is not', async () => {
  const test = await startTestProtocol()
  test.server.jwks.keys.push((await test.server.newKey('ES256', 'key-2')).publicJwk)
  test.server.draft = ({ header: head }) => void (head['kid'] = undefined)
  expect(await test.failure(test.signIn())).toMatchObject({ code: 'invalid-id-token' })
})

it('V7: two keys of one kid are not enough to tell', async () => {
  const test = await startTestProtocol()
  test.server.jwks.keys.push((await test.server.newKey('ES256', 'key-1')).publicJwk)
  expect(await test.failure(test.signIn())).toMatchObject({ code: 'invalid-id-token' })
})

it('V7: keys for other uses and of other kinds are passed over', async () => {
  const test = await startTestProtocol()
  const rsa = await test.server.newKey('RS256', 'key-1')
  const encryption = { ...(await test.server.newKey('ES256', 'key-1')).publicJwk, use: 'enc' }
  test.server.jwks.keys.unshift(rsa.publicJwk, encryption, { kty: 'oct', kid: 'key-1', k: 'AA' })
  expect((await test.signIn()).tokens.claims?.sub).toBe('alice')
})

it('B8, oidcc-client-test-signing-key-rotation: a new key is fetched once, and only then', async () => {
  const test = await startTestProtocol()
  await test.signIn()
  const key = await test.server.newKey('ES256', 'key-2')
  test.server.signingKey = key
  test.server.jwks.keys = [key.publicJwk]
  await test.signIn()
  expect(test.server.count('/jwks')).toBe(2)
  await test.signIn()
  expect(test.server.count('/jwks')).toBe(2)
})

it('B8, oidcc-client-test-signing-key-rotation-just-before-signing: keys fetched beside the token request may be too old', async () => {
  const test = await startTestProtocol()
  const key = await test.server.newKey('ES256', 'key-2')
  let fetches = 0
  test.server.always('/jwks', () => ({
    body: fetches++ ? { keys: [key.publicJwk] } : { keys: [test.server.signingKey.publicJwk] },
  }))
  test.server.draft = (draft) => {
    draft.key = key
    draft.header['kid'] = 'key-2'
  }
  await test.signIn()
  expect(fetches).toBe(2)
})

it('B8: an unknown kid causes one fetch, not more', async () => {
  const test = await startTestProtocol()
  await test.protocol.prepare()
  test.server.draft = ({ header: head }) => void (head['kid'] = 'unknown')
  await test.failure(test.signIn())
  expect(test.server.count('/jwks')).toBe(2)
})

it.each(['none', 'HS256'])(
  'V5: %s is refused for what it is, before any key is looked at',
  async (alg) => {
    const test = await startTestProtocol({ idTokenSigningAlgorithms: [alg, 'ES256'] })
    test.server.metadata['id_token_signing_alg_values_supported'] = [alg, 'ES256']
    test.server.draft = (draft) => void (draft.body['id_token'] = forged(draft, { alg }))
    expect((await test.failure(test.signIn())).message).toContain('"alg"')
  },
)

it('E17: a polluted prototype asks no more of the ID token', async () => {
  const test = await startTestProtocol()
  test.server.draft = ({ claims: draft }) => void (draft && delete draft['auth_time'])
  const polluted = Object.prototype as { require_auth_time?: boolean }
  polluted.require_auth_time = true
  onTestFinished(() => void delete polluted.require_auth_time)
  expect((await test.signIn()).tokens.claims?.sub).toBe('alice')
})

it('E17: a polluted prototype makes no unsigned token acceptable', async () => {
  const test = await startTestProtocol()
  test.server.metadata['id_token_signing_alg_values_supported'] = ['none', 'ES256']
  test.server.draft = (draft) => void (draft.body['id_token'] = forged(draft, { alg: 'none' }))
  const polluted = Object.prototype as { id_token_signed_response_alg?: string }
  const outcome = (async () => {
    polluted.id_token_signed_response_alg = 'none'
    try {
      await test.signIn()
    } finally {
      delete polluted.id_token_signed_response_alg
    }
  })()
  expect(await test.failure(outcome)).toMatchObject({ code: 'invalid-id-token' })
})

it('H3: claims named like members of objects are data', async () => {
  const test = await startTestProtocol()
  const names = { toString: 'x', hasOwnProperty: 1, constructor: null }
  test.server.draft = async (draft) => {
    const jwt = await signed(draft, names)
    // A literal __proto__ survives JSON only as text.
    const [head, payload = ''] = jwt.split('.')
    const text = Buffer.from(payload, 'base64url')
      .toString()
      .replace('{', '{"__proto__":{"admin":true},')
    draft.body['id_token'] = await resigned(
      draft,
      `${head}.${Buffer.from(text).toString('base64url')}`,
    )
  }
  const { claims } = (await test.signIn()).tokens
  expect(claims).toMatchObject({ hasOwnProperty: 1, constructor: null })
  expect((claims as { admin?: boolean }).admin).toBeUndefined()
  expect(Object.keys({ ...claims })).not.toContain('__proto__')
  expect(({ ...claims } as { admin?: boolean }).admin).toBeUndefined()
})

it.each([
  ['with a homoglyph', 'аlice'],
  ['with a zero', 'alice\u0000'],
  ['with half a surrogate pair', '\ud800'],
  ['that is long', 'x'.repeat(5000)],
])('H4, V14: a sub %s is taken as it is, and compared as it is', async (_, subject) => {
  const test = await startTestProtocol()
  test.server.draft = ({ claims: draft }) => void (draft && (draft['sub'] = subject))
  const session = await test.signIn()
  expect(session.tokens.claims?.sub).toBe(subject)
  const outcome = await test.refresh(session)
  if (outcome.kind !== 'granted') expect.unreachable(outcome.kind)
  test.server.draft = ({ claims: draft }) => void (draft && (draft['sub'] = `${subject} `))
  const next = await test.refresh({ ...session, tokens: { ...session.tokens, ...outcome.tokens } })
  expect(next.kind).toBe('wrong-subject')
})

it('H3: an ID token of 5 MB is not read', async () => {
  const test = await startTestProtocol()
  test.server.draft = ({ claims: draft }) =>
    void (draft && (draft['aud'] = Array(500_000).fill('spa')))
  expect(await test.failure(test.signIn())).toMatchObject({ code: 'issuer-unreachable' })
})

function claim(name: string, member: string, value: unknown, refresh?: Row['refresh']): Row {
  return { ...claims(name, { [member]: value }), ...(refresh && { refresh }) }
}

function claims(name: string, members: Record<string, unknown>): Row {
  return { name, send: ({ claims: draft }) => void Object.assign(draft ?? {}, members) }
}

function skew(name: string, members: () => Record<string, unknown>): Row {
  return {
    name,
    send: ({ claims: draft }) => void Object.assign(draft ?? {}, members()),
    signIn: 'clock-skew',
    refresh: 'ignored',
  }
}

function header(name: string, members: Record<string, unknown>): Row {
  return raw(name, (draft) => signed(draft, {}, members))
}

function raw(name: string, make: (draft: TokenDraft) => string | Promise<string>): Row {
  return { name, send: async (draft) => void (draft.body['id_token'] = await make(draft)) }
}

function signed(draft: TokenDraft, more = {}, head = {}): Promise<string> {
  return signJwt({ ...draft.claims, ...more }, draft.key, { ...draft.header, ...head })
}

async function resigned({ key }: TokenDraft, input: string): Promise<string> {
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  const signature = await crypto.subtle.sign(algorithm, key.privateKey, Buffer.from(input))
  return `${input}.${Buffer.from(signature).toString('base64url')}`
}

function forged(draft: TokenDraft, head: object, payload: unknown = draft.claims): string {
  return `${encoded({ alg: 'ES256', ...head })}.${encoded(payload)}.`
}

function hmac(draft: TokenDraft): string {
  const input = `${encoded({ alg: 'HS256', kid: 'key-1' })}.${encoded(draft.claims)}`
  return `${input}.${createHmac('sha256', 'spa').update(input).digest('base64url')}`
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}
