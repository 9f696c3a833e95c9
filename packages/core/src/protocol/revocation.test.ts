import { expect, it } from 'vitest'
import { startTestProtocol } from './testing/test-protocol.js'

const never = () => new AbortController().signal

it('L2: sends the refresh token to the revocation endpoint', async () => {
  const test = await startTestProtocol()
  await test.protocol.revoke('rt-1', undefined, never())
  const { method, path, form, headers } = test.server.requests.at(-1) ?? expect.unreachable()
  expect([method, path, Object.fromEntries(form)]).toEqual([
    'POST',
    '/revoke',
    { token: 'rt-1', token_type_hint: 'refresh_token', client_id: 'spa' },
  ])
  expect(headers).not.toHaveProperty('dpop')
})

it('outlives the page', async () => {
  let keepalive: boolean | undefined
  const test = await startTestProtocol({
    fetch: (url, init) => {
      keepalive = init?.keepalive
      return fetch(url, init)
    },
  })
  await test.protocol.revoke('rt-1', undefined, never())
  expect(keepalive).toBe(true)
})

it.each([
  ['204', { status: 204 }],
  ['503', { status: 503, headers: { 'retry-after': '5' } }],
  ['unsupported_token_type', { status: 400, body: { error: 'unsupported_token_type' } }],
  ['HTML', { body: '<html>' }],
  ['a broken connection', 'drop'],
] as const)('L1, I-7: %s is taken as it comes', async (_, answer) => {
  const test = await startTestProtocol()
  test.server.always('/revoke', answer)
  await test.protocol.revoke('rt-1', undefined, never())
  expect(test.server.count('/revoke')).toBe(1)
})

it('I-7: no endpoint, or no metadata: nothing is sent', async () => {
  const without = await startTestProtocol()
  delete without.server.metadata['revocation_endpoint']
  await without.protocol.revoke('rt-1', undefined, never())
  const down = await startTestProtocol()
  down.server.always('/.well-known/openid-configuration', 'drop')
  await down.protocol.revoke('rt-1', undefined, never())
  for (const { server } of [without, down])
    expect(server.requests.map(({ text }) => text).join()).not.toContain('rt-1')
})

it('ends with the signal', async () => {
  const test = await startTestProtocol()
  const controller = new AbortController()
  test.server.always('/revoke', () => {
    controller.abort()
    return 'hang'
  })
  const revoked = test.protocol.revoke('rt-1', undefined, controller.signal)
  await expect(revoked).resolves.toBeUndefined()
})

it('INV2: a revocation endpoint that redirects gets no token to its target', async () => {
  const [test, evil] = [await startTestProtocol(), await startTestProtocol()]
  const location = `${evil.server.issuer}/revoke`
  test.server.always('/revoke', { status: 307, headers: { location } })
  await test.protocol.revoke('rt-1', undefined, never())
  expect(evil.server.requests).toEqual([])
})

it('proves the key a bound refresh token needs', async () => {
  const test = await startTestProtocol({ dpop: 'required' })
  const { pending } = await test.signIn()
  await test.protocol.revoke('rt-1', pending.dpopKey, never())
  expect(test.server.requests.at(-1)?.headers).toHaveProperty('dpop')
})
