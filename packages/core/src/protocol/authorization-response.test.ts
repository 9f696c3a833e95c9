import { expect, it } from 'vitest'
import type { PendingRequest } from './protocol.js'
import { signInInput, startTestProtocol, type TestProtocol } from './testing/test-protocol.js'

it('R7: accepts the response to its own request, with parameters nobody knows', async () => {
  const { test, parameters, pending } = await leave()
  parameters.set('foo', '1')
  parameters.set('session_state', 'abc')
  const response = await test.protocol.validateAuthorizationResponse(parameters, pending)
  expect((await test.protocol.authorizationCodeGrant(response, pending)).claims?.sub).toBe('alice')
})

it('J7: a validated response does not show its code', async () => {
  const { test, parameters, pending } = await leave()
  const response = await test.protocol.validateAuthorizationResponse(parameters, pending)
  expect(JSON.stringify(response)).not.toContain('code')
})

it.each(['wrong', '', 'lk.', undefined])(
  'A2, A3, R1, AR5, ensure-authorization-response-with-invalid-state-fails, ensure-authorization-response-with-missing-state-fails: state %j is refused',
  async (state) => {
    const { test, parameters, pending } = await leave()
    if (state === undefined) parameters.delete('state')
    else parameters.set('state', state)
    expect(await refusal(test, parameters, pending)).toMatchObject({ code: 'state-unknown' })
  },
)

it('A6: a refusal without the right state refuses nothing', async () => {
  const { test, pending } = await leave()
  for (const query of ['error=access_denied', 'error=access_denied&state=wrong'])
    expect(await refusal(test, new URLSearchParams(query), pending)).toMatchObject({
      code: 'state-unknown',
    })
})

it.each(['code', 'state', 'iss', 'error', 'error_description', 'session_state'])(
  'A4, R6: a second %s is refused',
  async (name) => {
    const { test, parameters, pending } = await leave()
    if (name === 'error_description') parameters.set(name, 'x')
    parameters.append(name, parameters.get(name) ?? 'x')
    parameters.append(name, parameters.get(name) ?? 'x')
    expect(await refusal(test, parameters, pending)).toMatchObject({
      code: 'invalid-authorization-response',
    })
  },
)

it.each(['access_token', 'id_token', 'token', 'response'])(
  'A8, AR1: a response with %s is refused',
  async (name) => {
    for (const value of ['', 'x.y.z']) {
      const { test, parameters, pending } = await leave()
      parameters.set(name, value)
      expect(await refusal(test, parameters, pending)).toMatchObject({
        code: 'invalid-authorization-response',
      })
    }
  },
)

it('A7: an error beside a code wins, the code is never redeemed', async () => {
  const { test, parameters, pending } = await leave()
  parameters.set('error', 'server_error')
  expect(await refusal(test, parameters, pending)).toMatchObject({ code: 'authorization-refused' })
})

it('A7: an empty error is refused, with a code as well', async () => {
  const { test, parameters, pending } = await leave()
  parameters.set('error', '')
  expect(await refusal(test, parameters, pending)).toMatchObject({
    code: 'invalid-authorization-response',
  })
})

it.each([undefined, ''])('a response without a code (%j) is refused', async (code) => {
  const { test, parameters, pending } = await leave()
  if (code === undefined) parameters.delete('code')
  else parameters.set('code', code)
  expect(await refusal(test, parameters, pending)).toMatchObject({
    code: 'invalid-authorization-response',
  })
})

it.each(['https://evil.example', '', '%s/', '%s ', '%S'])(
  'R2, A12, invalid-authorization-response-iss: iss %j is refused',
  async (template) => {
    const { test, parameters, pending } = await leave()
    const issuer = template.replace('%s', test.server.issuer)
    parameters.set('iss', issuer.replace('%S', test.server.issuer.toUpperCase()))
    expect(await refusal(test, parameters, pending)).toMatchObject({ code: 'issuer-mismatch' })
  },
)

it('R3, A12, remove-authorization-response-iss: a missing iss is refused where the server promises it', async () => {
  const { test, parameters, pending } = await leave()
  parameters.delete('iss')
  expect(await refusal(test, parameters, pending)).toMatchObject({ code: 'issuer-mismatch' })
})

it('R4: where the server does not promise iss, it may be missing, but neither empty nor another', async () => {
  const test = await startTestProtocol()
  delete test.server.metadata['authorization_response_iss_parameter_supported']
  for (const [iss, isAccepted] of [
    [undefined, true],
    [test.server.issuer, true],
    ['', false],
    ['https://evil.example', false],
  ] as const) {
    const { parameters, pending } = await leave(test)
    if (iss === undefined) parameters.delete('iss')
    else parameters.set('iss', iss)
    const outcome = test.protocol.validateAuthorizationResponse(parameters, pending)
    if (isAccepted) await outcome
    else expect(await test.failure(outcome)).toMatchObject({ code: 'issuer-mismatch' })
  }
})

it('R2: iss is compared with the issuer as the server publishes it', async () => {
  const test = await startTestProtocol()
  test.server.metadata['issuer'] = `${test.server.issuer}/`
  const { parameters, pending } = await leave(test)
  expect(await refusal(test, parameters, pending)).toMatchObject({ code: 'issuer-mismatch' })
  parameters.set('iss', `${test.server.issuer}/`)
  await test.protocol.validateAuthorizationResponse(parameters, pending)
})

it('R5, A12, A13: a request to one server is not gone on with at another', async () => {
  const [honest, other] = [await startTestProtocol(), await startTestProtocol()]
  const { parameters, pending } = await leave(honest)
  parameters.set('iss', other.server.issuer)
  expect(await refusal(honest, parameters, pending)).toMatchObject({ code: 'issuer-mismatch' })
  expect(await refusal(other, parameters, pending)).toMatchObject({ code: 'issuer-mismatch' })
  expect(honest.server.count('/token') + other.server.count('/token')).toBe(0)
})

it('R5: a request of another client is not gone on with', async () => {
  const { test, parameters, pending } = await leave()
  expect(await refusal(test, parameters, { ...pending, clientId: 'other' })).toMatchObject({
    code: 'issuer-mismatch',
  })
})

it.each([
  ['access_denied', 'access-denied'],
  ['login_required', 'login-required'],
  ['interaction_required', 'login-required'],
  ['consent_required', 'login-required'],
  ['account_selection_required', 'login-required'],
  ['server_error', 'authorization-refused'],
  ['temporarily_unavailable', 'authorization-refused'],
  ['invalid_scope', 'authorization-refused'],
  ['xlogin_required', 'authorization-refused'],
])('the refusal %s is told as %s', async (oauthError, code) => {
  const { test, pending } = await leave()
  const parameters = new URLSearchParams({
    error: oauthError,
    error_description: 'because',
    state: pending.state,
    iss: test.server.issuer,
  })
  const error = await refusal(test, parameters, pending)
  expect(error).toMatchObject({ code: code })
  expect(error).toMatchObject({ oauthError, oauthErrorDescription: 'because' })
})

it('A23: what the server says is capped and has no control characters', async () => {
  const { test, pending } = await leave()
  const evil = '<img src=x onerror=alert(1)>\u001b[31m\r\n\u0000\u202e'
  const parameters = new URLSearchParams({
    error: `bad${evil}`,
    error_description: evil + 'x'.repeat(10_000),
    state: pending.state,
    iss: test.server.issuer,
  })
  const error = await refusal(test, parameters, pending)
  expect(error).toMatchObject({ code: 'authorization-refused' })
  const told = error as unknown as { oauthErrorDescription: string }
  expect(told.oauthErrorDescription.length).toBeLessThanOrEqual(256)
  expect(told.oauthErrorDescription + error.oauthError + error.message).not.toMatch(/\p{C}/u)
  expect(error.message.length).toBeLessThan(700)
})

async function leave(given?: TestProtocol) {
  const test = given ?? (await startTestProtocol())
  const { url, pending } = await test.protocol.buildAuthorizationRequest(signInInput)
  return { test, pending, parameters: test.server.authorize(url) }
}

/** What refuses a response; the code is never redeemed. */
async function refusal(
  { protocol, server, failure }: TestProtocol,
  parameters: URLSearchParams,
  pending: PendingRequest,
) {
  const error = await failure(protocol.validateAuthorizationResponse(parameters, pending))
  expect(server.count('/token')).toBe(0)
  return error
}
