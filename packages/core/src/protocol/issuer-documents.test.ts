import { expect, it, onTestFinished } from 'vitest'
import { createFakeClock } from '../environment/testing/fake-clock.js'
import { createIssuerDocuments } from './issuer-documents.js'
import type { CachedMetadata, ProtocolConfig } from './protocol.js'
import { startHostileIssuer } from '../../../dev-issuer/src/testing/hostile-issuer.js'
import {
  expectHarmless,
  protocolConfig,
  type memoryCache,
  wallClock,
} from './testing/test-protocol.js'

const discovery = '/.well-known/openid-configuration'
const dayMs = 24 * 3_600_000

it('DM3, oidcc-client-test-discovery-openid-config: takes the endpoints from the metadata', async () => {
  const { server, documents } = await start()
  expect((await documents.server()).token_endpoint).toBe(`${server.issuer}/token`)
  expect(documents.serverAtHand().token_endpoint).toBe(`${server.issuer}/token`)
})

it('finds the metadata of an issuer with a path, with or without a slash at its end', async () => {
  const server = await startHostileIssuer({ path: '/realms/a' })
  onTestFinished(() => server.close())
  await createIssuerDocuments(protocolConfig(server.issuer)).server()
  server.metadata['issuer'] = `${server.issuer}/`
  await createIssuerDocuments(protocolConfig(`${server.issuer}/`)).server()
  expect(server.requests.map(({ path }) => path)).toEqual(Array(2).fill(`/realms/a${discovery}`))
})

it('oidcc-client-test-discovery-jwks-uri-keys: asks once for callers that come together', async () => {
  const { server, documents } = await start()
  await Promise.all([documents.server(), documents.keys(), documents.server(), documents.keys()])
  expect(server.requests.map(({ path }) => path)).toEqual([discovery, '/jwks'])
})

it('keeps metadata for a day and keys for ten minutes', async () => {
  const clock = createFakeClock()
  const { server, documents } = await start({ clock })
  await documents.keys()
  await clock.advance(599_999)
  await documents.keys()
  expect([server.count(discovery), server.count('/jwks')]).toEqual([1, 1])
  await clock.advance(1)
  await documents.keys()
  expect([server.count(discovery), server.count('/jwks')]).toEqual([1, 2])
  await clock.advance(dayMs)
  await documents.server()
  expect(server.count(discovery)).toBe(2)
})

it('asks anew when the clock was set back', async () => {
  const clock = createFakeClock()
  const { server, documents } = await start({ clock })
  await documents.keys()
  clock.jumpWallClock(-3_600_000)
  await documents.keys()
  expect([server.count(discovery), server.count('/jwks')]).toEqual([2, 2])
})

it('a second page takes both from the cache, without a request', async () => {
  const { server, config } = await start()
  await createIssuerDocuments(config).keys()
  server.requests.length = 0
  const documents = createIssuerDocuments(config)
  expect((await documents.keys()).keys).toHaveLength(1)
  expect((await documents.server()).issuer).toBe(server.issuer)
  expect(server.requests).toEqual([])
})

it('takes nothing from a cache that is too old, or from the future', async () => {
  for (const age of [dayMs, -60_000]) {
    const { server, config, documents } = await start()
    await documents.keys()
    shift(config, age)
    server.requests.length = 0
    await createIssuerDocuments(config).keys()
    expect(server.count(discovery)).toBe(1)
  }
})

it.each([
  ['token_endpoint', 'https://evil.example/token'],
  ['authorization_endpoint', 'https://evil.example/authorize'],
  ['revocation_endpoint', 'https://evil.example/revoke'],
  ['jwks_uri', 'https://evil.example/jwks'],
  ['userinfo_endpoint', 'https://evil.example/userinfo'],
  ['end_session_endpoint', 'https://evil.example/logout'],
  ['token_endpoint', 'javascript:alert(1)'],
  ['token_endpoint', 7],
  ['issuer', 'https://evil.example'],
  ['code_challenge_methods_supported', ['plain']],
])('B6, G3: a cached document with %s = %j is not used', async (name, value) => {
  const { server, config, documents } = await start()
  await documents.keys()
  const cached = cacheOf(config)
  ;(cached.metadata as Record<string, unknown>)[name] = value
  const again = createIssuerDocuments(config)
  expect((await again.server()).token_endpoint).toBe(`${server.issuer}/token`)
  expect(server.count(discovery)).toBe(2)
  // The keys beside it are not trusted either.
  await again.keys()
  expect(server.count('/jwks')).toBe(2)
})

it('B4: endpoints on another origin are used as fetched, and from the cache only if listed', async () => {
  const { server, config, documents } = await start()
  server.metadata['token_endpoint'] = 'https://token.example/token'
  expect((await documents.server()).token_endpoint).toBe('https://token.example/token')
  await createIssuerDocuments(config).server()
  expect(server.count(discovery)).toBe(2)
  const listed = { ...config, allowedEndpointOrigins: ['https://token.example'] }
  await createIssuerDocuments(listed).server()
  expect(server.count(discovery)).toBe(2)
})

it.each([null, 5, 'x', [], {}, { metadata: null, metadataAt: 1 }, { metadataAt: 'x', jwks: {} }])(
  'G1: a cache that holds %j is passed over',
  async (cached) => {
    const { server, config } = await start()
    const cache = { ...config.cache, read: async () => cached }
    await createIssuerDocuments({ ...config, cache }).keys()
    expect(server.requests.map(({ path }) => path)).toEqual([discovery, '/jwks'])
  },
)

it('works while the cache fails', async () => {
  const { config } = await start()
  const cache = {
    read: () => Promise.reject(new Error('broken')),
    write: () => Promise.reject(new Error('broken')),
  }
  const documents = createIssuerDocuments({ ...config, cache })
  expect((await documents.keys()).keys).toHaveLength(1)
})

it.each([{ keys: 'x' }, { keys: [null] }, { keys: [5] }, [], 'x', null])(
  'V7: cached keys %j are not used',
  async (jwks) => {
    const { server, config, documents } = await start()
    await documents.keys()
    cacheOf(config).jwks = jwks
    await createIssuerDocuments(config).keys()
    expect(server.count('/jwks')).toBe(2)
  },
)

it('DM1, B1: metadata of another issuer is refused, and nothing is kept', async () => {
  const { server, config, documents } = await start()
  server.metadata['issuer'] = 'https://evil.example'
  expect(await rejection(documents.server())).toMatchObject({ code: 'issuer-mismatch' })
  expect((config.cache as ReturnType<typeof memoryCache>).cached).toBeUndefined()
  expect(server.requests).toHaveLength(1)
})

it.each([
  ['HTML', { body: '<html>' }],
  ['nothing', { body: '' }],
  ['an array', { body: [] }],
  ['404', { status: 404, body: 'no' }],
  ['403 HTML', { status: 403, body: '<html>' }],
  ['a redirect', { status: 302, headers: { location: 'https://evil.example/' } }],
  ['201', { status: 201, body: { issuer: 'x' } }],
])('B5: %s in place of metadata fails discovery', async (_, answer) => {
  const { server, documents } = await start()
  server.always(discovery, answer)
  expect(await rejection(documents.server())).toMatchObject({ code: 'discovery-failed' })
})

it.each([
  ['a broken connection', 'drop' as const],
  ['a broken answer', 'cut' as const],
  ['500', { status: 500 }],
  ['503', { status: 503, body: { issuer: 'x' } }],
  ['429', { status: 429 }],
  ['50 MB', { body: { junk: 'x'.repeat(5_000_000) } }],
])('B5, C10: %s means the issuer cannot be reached now', async (_, answer) => {
  const { server, documents } = await start()
  server.always(discovery, answer)
  expect(await rejection(documents.server())).toMatchObject({ code: 'issuer-unreachable' })
  server.always(discovery, undefined)
  expect((await documents.server()).issuer).toBe(server.issuer)
})

it.each([
  ['does not answer', 'hang'],
  ['answers drop by drop', 'drip'],
] as const)('B5: an issuer that %s is given up after ten seconds', async (_, answer) => {
  const clock = createFakeClock()
  const { server, documents } = await start({ clock })
  server.always(discovery, answer)
  const outcome = rejection(documents.server())
  await clock.advance(10_000)
  expect(await outcome).toMatchObject({ code: 'issuer-unreachable' })
})

it('goes on with old metadata while the issuer cannot be reached, and is not long about it', async () => {
  const clock = createFakeClock()
  const { server, config, documents } = await start({ clock })
  await documents.server()
  await clock.advance(dayMs)
  server.always(discovery, 'hang')
  const again = documents.server()
  await clock.advance(4000)
  expect((await again).issuer).toBe(server.issuer)
  server.always(discovery, { status: 503 })
  expect((await createIssuerDocuments(config).server()).issuer).toBe(server.issuer)
})

it('does not go on with old metadata once the new one is wrong', async () => {
  const clock = createFakeClock()
  const { server, documents } = await start({ clock })
  await documents.server()
  await clock.advance(dayMs)
  server.metadata['token_endpoint'] = 'javascript:alert(1)'
  expect(await rejection(documents.server())).toMatchObject({ code: 'unsafe-endpoint' })
})

it('does not discover what the app has given', async () => {
  const { server, config } = await start()
  const documents = createIssuerDocuments({ ...config, metadata: server.metadata })
  expect((await documents.server()).issuer).toBe(server.issuer)
  expect(server.requests).toEqual([])
  const evil = { ...server.metadata, token_endpoint: 'javascript:alert(1)' }
  expect(
    await rejection(createIssuerDocuments({ ...config, metadata: evil }).server()),
  ).toMatchObject({ code: 'unsafe-endpoint' })
})

it.each(['http://as.example', 'javascript:alert(1)', 'https://as@evil.example', 'nonsense', ''])(
  'K3, DM2: issuer %j is refused before anything is sent',
  async (issuer) => {
    let isSent = false
    const documents = createIssuerDocuments({
      ...protocolConfig(issuer),
      fetch: async () => ((isSent = true), new Response()),
    })
    expect(await rejection(documents.server())).toMatchObject({ code: 'unsafe-endpoint' })
    expect(isSent).toBe(false)
  },
)

it.each([
  ['HTML', { body: '<html>' }],
  ['no keys', { body: {} }],
  ['keys that are none', { body: { keys: [null] } }],
  ['404', { status: 404 }],
])('V7, B11: %s in place of a key set is refused', async (_, answer) => {
  const { server, documents } = await start()
  server.always('/jwks', answer)
  expect(await rejection(documents.keys())).toMatchObject({ code: 'discovery-failed' })
})

it('has no keys where the metadata names none', async () => {
  const { server, documents } = await start()
  delete server.metadata['jwks_uri']
  expect(await rejection(documents.keys())).toMatchObject({ code: 'discovery-failed' })
})

it('B11: keys that cannot be fetched are given up after four seconds, and tried again', async () => {
  const clock = createFakeClock()
  const { server, documents } = await start({ clock })
  await documents.server()
  server.always('/jwks', 'hang')
  const outcome = rejection(documents.keys())
  await clock.advance(4000)
  expect(await outcome).toMatchObject({ code: 'issuer-unreachable' })
  server.always('/jwks', undefined)
  expect((await documents.keys()).keys).toHaveLength(1)
})

it('gives nothing at hand before it was loaded', async () => {
  const { documents } = await start()
  expect(() => documents.serverAtHand()).toThrow(/not loaded/)
  expect(await rejection(documents.keysAtHand())).toMatchObject({ code: 'discovery-failed' })
})

async function start(overrides: Partial<ProtocolConfig> = {}) {
  const server = await startHostileIssuer()
  onTestFinished(() => server.close())
  const config = protocolConfig(server.issuer, { clock: wallClock, ...overrides })
  return { server, config, documents: createIssuerDocuments(config) }
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const error: unknown = await promise.then(
    () => expect.unreachable('it was accepted'),
    (reason: unknown) => reason,
  )
  expectHarmless(error, { secrets: new Set() })
  return error
}

function cacheOf(config: ProtocolConfig): {
  -readonly [Key in keyof CachedMetadata]: CachedMetadata[Key]
} {
  return (config.cache as ReturnType<typeof memoryCache>).cached as CachedMetadata
}

function shift(config: ProtocolConfig, byMs: number): void {
  const cached = cacheOf(config)
  cached.metadataAt = (cached.metadataAt ?? 0) - byMs
  cached.jwksAt = (cached.jwksAt ?? 0) - byMs
}
