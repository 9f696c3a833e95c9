import { expect, it, onTestFinished } from 'vitest'
import { createProtocol } from './index.js'
import { protocolConfig, startTestProtocol } from './testing/test-protocol.js'

it('oidcc-client-test, happy-path-no-dpop-nonce: signs in, refreshes, asks who it is, revokes and signs out, with PAR and DPoP', async () => {
  const test = await startTestProtocol({ dpop: 'required', par: true })
  await test.protocol.prepare()
  const session = await test.signIn({ returnTo: '/deep' })
  expect(session.tokens.claims?.sub).toBe('alice')
  const outcome = await test.refresh(session)
  if (outcome.kind !== 'granted') expect.unreachable(outcome.kind)
  const { accessToken, refreshToken } = outcome.tokens
  const { dpopKey } = session.pending
  expect(await test.protocol.userInfo(accessToken, 'alice', dpopKey)).toMatchObject({
    name: 'Alice',
  })
  await test.protocol.revoke(refreshToken ?? '', dpopKey, new AbortController().signal)
  expect(test.server.count('/revoke')).toBe(1)
  expect(await test.protocol.endSessionUrl({})).toContain('/logout?client_id=spa')
})

it('prepare() has metadata and keys at hand, and fetches neither again', async () => {
  const { protocol, server } = await startTestProtocol()
  await protocol.prepare()
  await protocol.prepare()
  expect(server.requests.map(({ path }) => path)).toEqual([
    '/.well-known/openid-configuration',
    '/jwks',
  ])
})

it('B11: prepare() does without keys', async () => {
  const { protocol, server } = await startTestProtocol()
  server.always('/jwks', 'drop')
  await expect(protocol.prepare()).resolves.toBeUndefined()
})

it.each([
  ['drop', 'issuer-unreachable'],
  [{ status: 404 }, 'discovery-failed'],
  [{ body: { issuer: 'https://evil.example' } }, 'issuer-mismatch'],
] as const)('prepare() says what is wrong: %j', async (answer, code) => {
  const { protocol, server, failure } = await startTestProtocol()
  server.always('/.well-known/openid-configuration', answer)
  expect(await failure(protocol.prepare())).toMatchObject({ code })
})

it('K2: a polluted prototype adds no header to a request', async () => {
  const issuer = 'https://as.example'
  const metadata = { issuer, authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t` }
  let sent: unknown
  const spy: typeof fetch = async (_, init) => {
    sent = init?.headers
    return new Response('', { status: 503 })
  }
  const protocol = createProtocol(protocolConfig(issuer, { metadata, fetch: spy }))
  await protocol.prepare()
  const polluted = Object.prototype as { headers?: object }
  polluted.headers = { 'x-evil': '1' }
  onTestFinished(() => void delete polluted.headers)
  const { signal } = new AbortController()
  await protocol.refreshTokenGrant({ refreshToken: 'rt-1', claims: undefined, signal })
  expect(sent).toEqual({ accept: 'application/json' })
})

it('what is wrong before anything is sent is told as an error of ours', async () => {
  const { config, failure } = await startTestProtocol()
  const protocol = createProtocol({ ...config, issuer: 'javascript:alert(1)' })
  for (const promise of [
    protocol.prepare(),
    protocol.endSessionUrl({}),
    protocol.userInfo('at', 'alice', undefined),
  ])
    expect(await failure(promise)).toHaveProperty('code')
})
