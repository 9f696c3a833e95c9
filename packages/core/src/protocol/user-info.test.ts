import { expect, it, onTestFinished } from 'vitest'
import type { Answer } from '../../../dev-issuer/src/testing/hostile-answers.js'
import { startTestProtocol } from './testing/test-protocol.js'

it('U1, U2, oidcc-client-test-userinfo-bearer-header, -scope-userinfo-claims: gives the claims, the token in the header', async () => {
  const test = await startTestProtocol()
  const { tokens } = await test.signIn()
  const claims = await test.protocol.userInfo(tokens.accessToken, 'alice', undefined)
  expect({ ...claims }).toEqual({ sub: 'alice', name: 'Alice' })
  const { method, headers, query, text } = test.server.requests.at(-1) ?? expect.unreachable()
  expect([method, headers.authorization]).toEqual(['GET', `Bearer ${tokens.accessToken}`])
  expect(query.toString() + text).toBe('')
})

const answers: [string, Answer][] = [
  ['U1, I-21, oidcc-client-test-userinfo-invalid-sub: another sub', { body: { sub: 'mallory' } }],
  ['U1: no sub', { body: { name: 'Alice' } }],
  ['U1: a sub that is no string', { body: { sub: ['alice'] } }],
  ['I-21: a JWT', { headers: { 'content-type': 'application/jwt' }, body: 'ey.ey.x' }],
  ['I-21: a redirect', { status: 302, headers: { location: '/evil' } }],
  ['HTML', { body: '<html>' }],
  ['an array', { body: [{ sub: 'alice' }] }],
  ['nothing', {}],
  ['U3: 401', { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }],
  ['201', { status: 201, body: { sub: 'alice' } }],
  ['500 with claims', { status: 500, body: { sub: 'alice' } }],
  ['a broken connection', 'drop'],
  ['half an answer', 'cut'],
  ['20 MB', { body: { sub: 'alice', junk: 'x'.repeat(20_000_000) } }],
]
it.each(answers)('%s gives no claims', async (_, answer) => {
  const test = await startTestProtocol()
  test.server.always('/userinfo', answer)
  test.server.secrets.add('at-secret')
  const error = await test.failure(test.protocol.userInfo('at-secret', 'alice', undefined))
  expect(error).toMatchObject({ code: 'userinfo' })
  expect([test.server.count('/userinfo'), test.server.count('/evil')]).toEqual([1, 0])
})

it('a server without UserInfo is said to be one', async () => {
  const test = await startTestProtocol()
  delete test.server.metadata['userinfo_endpoint']
  const error = await test.failure(test.protocol.userInfo('at-secret', 'alice', undefined))
  expect(error).toMatchObject({ code: 'userinfo' })
})

it('a server that cannot be reached gives no claims', async () => {
  const test = await startTestProtocol()
  test.server.always('/.well-known/openid-configuration', 'drop')
  const error = await test.failure(test.protocol.userInfo('at-secret', 'alice', undefined))
  expect(error).toMatchObject({ code: 'userinfo' })
})

it('K2: a polluted prototype adds no claim', async () => {
  const test = await startTestProtocol()
  const { tokens } = await test.signIn()
  const polluted = Object.prototype as { email?: string }
  polluted.email = 'evil@example.com'
  onTestFinished(() => void delete polluted.email)
  const claims = await test.protocol.userInfo(tokens.accessToken, 'alice', undefined)
  expect(claims['email']).toBeUndefined()
})
