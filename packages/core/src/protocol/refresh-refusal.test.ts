import { expect, it } from 'vitest'
import type { RefreshOutcome } from './protocol.js'
import type { Answer } from '../../../dev-issuer/src/testing/hostile-answers.js'
import { startTestProtocol } from './testing/test-protocol.js'

const html = { headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' }

const rows: [string, Answer, Partial<RefreshOutcome> & { looksRefused?: boolean }][] = [
  // Refused.
  ['C5, I-1, I-2: invalid_grant', oauth(400, 'invalid_grant'), { kind: 'refused' }],
  ['invalid_grant with 401', oauth(401, 'invalid_grant'), { kind: 'refused' }],
  ['interaction_required', oauth(400, 'interaction_required'), { kind: 'refused' }],
  ['login_required', oauth(400, 'login_required'), { kind: 'refused' }],
  ['consent_required', oauth(400, 'consent_required'), { kind: 'refused' }],
  ['Auth0: invalid_grant with 403', oauth(403, 'invalid_grant'), { kind: 'refused' }],
  ['INVALID_GRANT', oauth(400, 'INVALID_GRANT'), { kind: 'refused' }],
  ['invalid_grant as text/json', as('text/json'), { kind: 'refused' }],
  ['invalid_grant with a charset', as('application/json ; charset=UTF-8'), { kind: 'refused' }],
  ['invalid_grant without a type', as(''), { kind: 'refused' }],
  ['invalid_grant with 200', oauth(200, 'invalid_grant'), { kind: 'refused' }],
  [
    'invalid_grant with a challenge',
    { status: 401, headers: { 'www-authenticate': 'Bearer' }, body: { error: 'invalid_grant' } },
    { kind: 'refused' },
  ],
  // Configuration.
  ['C7: invalid_client', oauth(401, 'invalid_client'), { kind: 'configuration' }],
  ['C7: unauthorized_client', oauth(400, 'unauthorized_client'), { kind: 'configuration' }],
  ['C7: unsupported_grant_type', oauth(400, 'unsupported_grant_type'), { kind: 'configuration' }],
  ['C7: invalid_scope', oauth(400, 'invalid_scope'), { kind: 'configuration' }],
  ['invalid_target', oauth(400, 'invalid_target'), { kind: 'configuration' }],
  ['invalid_client with 403', oauth(403, 'invalid_client'), { kind: 'configuration' }],
  // Not executed.
  ['C9: 429', { status: 429 }, notExecuted('throttled')],
  ['C9: 429 with invalid_grant', oauth(429, 'invalid_grant'), notExecuted('throttled')],
  ['C9: 503', { status: 503 }, notExecuted('server-error')],
  ['C9: 503 with invalid_grant', oauth(503, 'invalid_grant'), notExecuted('server-error')],
  ['408', { status: 408 }, notExecuted('server-error')],
  ['408 with invalid_grant', oauth(408, 'invalid_grant'), notExecuted('server-error')],
  ['425', { status: 425 }, notExecuted('server-error')],
  ['temporarily_unavailable', oauth(400, 'temporarily_unavailable'), notExecuted('server-error')],
  ['server_error', oauth(400, 'server_error'), notExecuted('server-error')],
  ['a firewall’s 403', { status: 403, ...html }, notExecuted('server-error')],
  ['404 HTML', { status: 404, ...html }, notExecuted('server-error')],
  ['400 without a body', { status: 400 }, notExecuted('server-error')],
  ['400 with an array', { status: 400, body: ['invalid_grant'] }, notExecuted('server-error')],
  [
    '400 with an error that is no string',
    { status: 400, body: { error: 5 } },
    notExecuted('server-error'),
  ],
  [
    '400 with an error in an error',
    { status: 400, body: { error: { error: 'invalid_grant' } } },
    notExecuted('server-error'),
  ],
  [
    'invalid_request',
    oauth(400, 'invalid_request', 'missing parameter'),
    notExecuted('server-error'),
  ],
  [
    'invalid_grant in HTML',
    { status: 400, ...html, body: 'invalid_grant' },
    notExecuted('server-error'),
  ],
  ['xinvalid_grant', oauth(400, 'xinvalid_grant', 'x'), notExecuted('server-error')],
  // Not executed, but it reads like a refusal.
  [
    'invalid_request about an expired token',
    oauth(400, 'invalid_request', 'The refresh token has expired'),
    notExecuted('server-error', true),
  ],
  [
    'invalid_request about a revoked one',
    oauth(400, 'invalid_request', 'Token was revoked'),
    notExecuted('server-error', true),
  ],
  [
    'Twitter: an invalid token value',
    oauth(400, 'invalid_request', 'Value passed for the token was invalid.'),
    notExecuted('server-error', true),
  ],
  [
    'GitHub: bad_refresh_token with 200',
    oauth(200, 'bad_refresh_token'),
    notExecuted('server-error', true),
  ],
  [
    'Firebase: TOKEN_EXPIRED',
    { status: 400, body: { error: { code: 400, message: 'TOKEN_EXPIRED' } } },
    notExecuted('server-error', true),
  ],
  [
    'a message of its own',
    { status: 401, body: { message: 'Refresh Token revoked' } },
    notExecuted('server-error', true),
  ],
  // Unknown.
  ['C9: 500', { status: 500 }, unknown('server-error')],
  ['C9: 500 with invalid_grant', oauth(500, 'invalid_grant'), unknown('server-error')],
  ['C9: 502 HTML', { status: 502, ...html }, unknown('server-error')],
  ['C9: 504', { status: 504 }, unknown('server-error')],
  ['522', { status: 522 }, unknown('server-error')],
  ['C1: 200 HTML, as captive portals send it', html, unknown('invalid-response')],
  ['C3: 200 without a body', {}, unknown('invalid-response')],
  ['C3: 200 null', { body: 'null' }, unknown('invalid-response')],
  ['C3: 200 []', { body: [] }, unknown('invalid-response')],
  ['C3: 200 "x"', { body: '"x"' }, unknown('invalid-response')],
  ['C12: 200 {}', { body: {} }, unknown('invalid-response')],
  [
    'C4: 201',
    { status: 201, body: { access_token: 'x', token_type: 'Bearer' } },
    unknown('invalid-response'),
  ],
  ['C4: 204', { status: 204 }, unknown('invalid-response')],
  ['C4: 302', { status: 302, headers: { location: '/evil' } }, unknown('invalid-response')],
  ['C10: no connection', 'drop', unknown('offline')],
  ['C11: half an answer', 'cut', unknown('offline')],
  ['C25: 20 MB', { body: `"${'x'.repeat(20_000_000)}"` }, unknown('invalid-response')],
  ['C25: deep JSON', { body: '['.repeat(100_000) }, unknown('invalid-response')],
]

it.each(rows)('%s', async (_, answer, expected) => {
  const test = await startTestProtocol()
  const session = await test.signIn()
  test.server.always('/token', answer)
  expect(await test.refresh(session)).toMatchObject(expected)
  expect([test.server.count('/token'), test.server.count('/evil')]).toEqual([2, 0])
})

it('an error beside an access token is no refusal', async () => {
  const test = await startTestProtocol()
  const session = await test.signIn()
  test.server.draft = ({ body }) => void Object.assign(body, { error: 'invalid_grant' })
  expect((await test.refresh(session)).kind).toBe('granted')
})

it.each([
  ['5', 5000],
  ['0', 0],
  ['99999999', 3_600_000],
  [new Date(Date.now() + 120_000).toUTCString(), 120_000],
  [new Date(Date.now() + 1e9).toUTCString(), 3_600_000],
  [new Date(Date.now() - 120_000).toUTCString(), undefined],
  ['soon', undefined],
  ['-5', undefined],
  ['', undefined],
])('C9: Retry-After %j is kept, within an hour', async (value, expected) => {
  const test = await startTestProtocol()
  const session = await test.signIn()
  for (const status of [429, 503, 400]) {
    test.server.always('/token', { status, headers: { 'retry-after': value } })
    const outcome = await test.refresh(session)
    if (outcome.kind !== 'not-executed') expect.unreachable(outcome.kind)
    if (expected === 120_000) expect(outcome.retryAfterMs).toBeGreaterThan(100_000)
    if (expected === 120_000) expect(outcome.retryAfterMs).toBeLessThanOrEqual(120_000)
    else expect(outcome.retryAfterMs).toBe(expected)
  }
})

it('tells what the server said', async () => {
  const test = await startTestProtocol()
  const session = await test.signIn()
  test.server.always('/token', oauth(400, 'invalid_grant', 'Session\u001b[31m\nnot active'))
  const outcome = await test.refresh(session)
  if (outcome.kind !== 'refused') expect.unreachable(outcome.kind)
  expect(outcome.error).toMatchObject({
    code: 'token-endpoint',
    status: 400,
    error: 'invalid_grant',
    errorDescription: 'Session[31mnot active',
    message: 'The token endpoint answered HTTP 400, invalid_grant, Session[31mnot active.',
  })
})

it('J5: a server that repeats the refresh token has it told to nobody', async () => {
  const test = await startTestProtocol()
  const session = await test.signIn()
  const told = `Invalid refresh token: ${session.tokens.refreshToken} (${session.tokens.refreshToken})`
  test.server.always('/token', oauth(400, 'invalid_grant', told))
  const outcome = await test.refresh(session)
  expect(outcome).toMatchObject({
    kind: 'refused',
    error: { errorDescription: 'Invalid refresh token: … (…)' },
  })
})

function oauth(status: number, error: string, description = 'told'): Answer {
  return { status, body: { error, error_description: description } }
}

function as(type: string): Answer {
  return { status: 400, headers: { 'content-type': type }, body: '{"error":"invalid_grant"}' }
}

function notExecuted(reason: 'throttled' | 'server-error', looksRefused = false) {
  return { kind: 'not-executed', reason, looksRefused } as const
}

function unknown(reason: 'offline' | 'server-error' | 'invalid-response') {
  return { kind: 'unknown', reason } as const
}
