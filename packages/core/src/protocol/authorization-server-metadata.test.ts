import { expect, it, onTestFinished } from 'vitest'
import { isOnKnownOrigins, parseServerMetadata } from './authorization-server-metadata.js'

const issuer = 'https://as.example'
const good = {
  issuer,
  authorization_endpoint: 'https://as.example/authorize',
  token_endpoint: 'https://as.example/token',
  jwks_uri: 'https://as.example/jwks',
}

it('gives metadata that is in order', () => {
  expect({ ...parseServerMetadata(good, issuer) }).toEqual(good)
})

it.each([undefined, null, 'text', 5, [], [good], {}])(
  'B5: what is no metadata (%j) is refused',
  (document) => {
    expect(() => parseServerMetadata(document, issuer)).toThrow(code('discovery-failed'))
  },
)

it.each([
  'https://other.example',
  'https://as.example.evil.example',
  'https://as.example/tenant',
  'https://as.example//',
  'http://as.example',
  'HTTPS://AS.EXAMPLE',
  'https://as.example:443',
  'foo',
  [['https://as.example']],
  5,
])(
  'DM1, B1, B2, oidcc-client-test-discovery-issuer-mismatch: issuer %j is refused',
  (published) => {
    expect(() => parseServerMetadata({ ...good, issuer: published }, issuer)).toThrow(
      code('issuer-mismatch'),
    )
  },
)

it('DM1: a bare trailing slash makes no other issuer, a slash after a path does', () => {
  const slashed = parseServerMetadata({ ...good, issuer: `${issuer}/` }, issuer)
  expect(slashed.issuer).toBe(`${issuer}/`)
  expect(parseServerMetadata(good, `${issuer}/`).issuer).toBe(issuer)
  expect(() => parseServerMetadata({ ...good, issuer: `${issuer}/a/` }, `${issuer}/a`)).toThrow(
    code('issuer-mismatch'),
  )
})

it('A23: what the document says is told without control characters, and not at length', () => {
  const evil = `\u001b[31m\r\n\u202e${'x'.repeat(5000)}`
  try {
    parseServerMetadata({ ...good, issuer: evil }, issuer)
    expect.unreachable()
  } catch (error) {
    expect((error as Error).message).not.toMatch(/[\p{C}]/u)
    expect((error as Error).message.length).toBeLessThan(500)
  }
})

const endpoints = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'userinfo_endpoint',
  'revocation_endpoint',
  'end_session_endpoint',
  'pushed_authorization_request_endpoint',
  'check_session_iframe',
]
const unsafe = [
  'javascript:alert(1)',
  'data:text/html,x',
  'blob:https://as.example/x',
  'http://as.example/x',
  'http://localhost:8080/x',
  'https://as.example@evil.example/x',
  'https://user:password@as.example/x',
  'ftp://as.example/x',
  '//as.example/x',
  '/relative',
  'nonsense',
  ['https://as.example/x'],
  { href: 'https://as.example/x' },
  7,
]
for (const name of endpoints)
  it.each(unsafe)(`DM2, B3: ${name} %j is refused`, (url) => {
    expect(() => parseServerMetadata({ ...good, [name]: url }, issuer)).toThrow(
      code('unsafe-endpoint'),
    )
  })

it.each(['http://localhost:8080', 'http://127.0.0.1:1', 'http://[::1]:1', 'http://app.localhost'])(
  'DM2: http: is allowed on loopback only (%s)',
  (local) => {
    const document = { ...good, issuer: local, token_endpoint: `${local}/token` }
    expect(parseServerMetadata(document, local).token_endpoint).toBe(`${local}/token`)
    for (const evil of ['http://as.example/token', 'http://localhost.evil.example/token'])
      expect(() => parseServerMetadata({ ...document, token_endpoint: evil }, local)).toThrow(
        code('unsafe-endpoint'),
      )
  },
)

it.each(['authorization_endpoint', 'token_endpoint'])('metadata without %s is refused', (name) => {
  for (const value of [undefined, null, ''])
    expect(() => parseServerMetadata({ ...good, [name]: value }, issuer)).toThrow(
      code('discovery-failed'),
    )
})

it('takes an empty optional endpoint for an absent one', () => {
  expect(() => parseServerMetadata({ ...good, end_session_endpoint: '' }, issuer)).not.toThrow()
})

it.each([[['plain']], [[]], ['plain'], [{}], [5]])(
  'DM4, A11: PKCE methods %j are refused',
  (methods) => {
    const document = { ...good, code_challenge_methods_supported: methods }
    expect(() => parseServerMetadata(document, issuer)).toThrow(code('pkce-unsupported'))
  },
)

it.each([[undefined], [['S256']], [['plain', 'S256']]])(
  'DM4: PKCE methods %j are accepted',
  (methods) => {
    const document = { ...good, code_challenge_methods_supported: methods }
    expect(() => parseServerMetadata(document, issuer)).not.toThrow()
  },
)

it('B4: knows which endpoints are on the issuer’s origin or on a listed one', () => {
  const foreign = parseServerMetadata(
    { ...good, token_endpoint: 'https://token.example/t' },
    issuer,
  )
  expect(isOnKnownOrigins(parseServerMetadata(good, issuer), issuer, [])).toBe(true)
  expect(isOnKnownOrigins(foreign, issuer, [])).toBe(false)
  expect(isOnKnownOrigins(foreign, issuer, ['https://token.example'])).toBe(true)
  expect(isOnKnownOrigins(foreign, issuer, ['https://token.example/'])).toBe(true)
  expect(isOnKnownOrigins(foreign, issuer, ['https://token.example:444'])).toBe(false)
})

it('E17: a polluted prototype adds nothing to the metadata', () => {
  const polluted = Object.prototype as { use_mtls_endpoint_aliases?: boolean }
  polluted.use_mtls_endpoint_aliases = true
  onTestFinished(() => void delete polluted.use_mtls_endpoint_aliases)
  const server = parseServerMetadata(good, issuer) as unknown as typeof polluted
  expect(server.use_mtls_endpoint_aliases).toBeUndefined()
})

it('H3: a document with a key __proto__ changes no prototype', () => {
  const document = JSON.parse(JSON.stringify(good).replace('{', '{"__proto__":{"a":1},')) as object
  const server = parseServerMetadata(document, issuer)
  expect(Object.keys(server)).toEqual(Object.keys(good))
  expect((server as unknown as { a?: number }).a).toBeUndefined()
})

function code(expected: string) {
  return expect.objectContaining({ code: expected }) as Error
}
