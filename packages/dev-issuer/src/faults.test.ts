import * as oauth from 'oauth4webapi'
import { expect, it } from 'vitest'
import type { DevIssuer } from './dev-issuer.js'
import type { Fault } from './faults.js'
import { authorize, discover, refresh, signIn } from './testing/app.js'
import { startForTest } from './testing/issuer.js'

const appOrigin = 'http://localhost:5173'

/** A refresh as a page sends it, before anybody has looked at the answer. */
async function sendRefresh(issuer: DevIssuer, refreshToken = 'unknown'): Promise<Response> {
  return fetch(`${issuer.url}/token`, {
    method: 'POST',
    headers: { Origin: appOrigin },
    body: new URLSearchParams({
      client_id: 'demo-app',
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
    }),
  })
}

function allowsApp(response: Response): boolean {
  return response.headers.get('Access-Control-Allow-Origin') === appOrigin
}

it('answers plain statuses with CORS headers, and Retry-After where asked', async () => {
  const issuer = await startForTest()

  for (const status of [408, 425, 429, 500, 503, 504]) {
    issuer.faults.add('token', { kind: 'status', status, retryAfterSeconds: 5, times: 1 })
    const response = await sendRefresh(issuer)

    expect(response.status).toBe(status)
    expect(response.headers.get('Retry-After')).toBe('5')
    expect(response.headers.get('Access-Control-Expose-Headers')).toContain('Retry-After')
    expect(allowsApp(response)).toBe(true)
  }
  expect(new Set(issuer.tokenRequests.map(({ result }) => result))).toEqual(new Set(['fault']))
})

it('answers HTML as gateways, firewalls and captive portals do', async () => {
  const issuer = await startForTest()

  for (const fault of [{}, { status: 403 }, { status: 200 }]) {
    issuer.faults.add('token', { kind: 'html', times: 1, ...fault })
    const response = await sendRefresh(issuer)

    expect(response.status).toBe(fault.status ?? 502)
    expect(response.headers.get('Content-Type')).toContain('text/html')
    expect(await response.text()).toContain('<h1>')
  }
})

it('answers an OAuth error without asking the provider', async () => {
  const issuer = await startForTest()
  const { server, tokens } = await signIn(issuer)
  issuer.faults.add('token', { kind: 'oauth-error', error: 'invalid_client', times: 1 })

  await expect(refresh(server, tokens.refresh_token)).rejects.toMatchObject({
    error: 'invalid_client',
    status: 401,
  })
  await refresh(server, tokens.refresh_token)
})

it('answers a 200 that is no JSON, one without an access token, and one without CORS headers', async () => {
  const issuer = await startForTest()
  const answerTo = (fault: Fault) => {
    issuer.faults.add('token', { ...fault, times: 1 })
    return sendRefresh(issuer)
  }

  const notJson = await answerTo({ kind: 'not-json' })
  expect(notJson.status).toBe(200)
  await expect(notJson.json()).rejects.toThrow(SyntaxError)

  const withoutToken = await answerTo({ kind: 'without-access-token' })
  expect(withoutToken.status).toBe(200)
  expect(await withoutToken.json()).toEqual({ token_type: 'Bearer' })

  const withoutCors = await answerTo({ kind: 'no-cors' })
  expect(allowsApp(withoutCors)).toBe(false)
  expect(issuer.tokenRequests.at(-1)).toMatchObject({ result: 'fault' })
})

it('loses the answer before or after the provider has acted', async () => {
  const issuer = await startForTest()
  const { server, tokens } = await signIn(issuer)

  issuer.faults.add('token', { kind: 'drop', when: 'before', times: 1 })
  await expect(refresh(server, tokens.refresh_token)).rejects.toThrow()
  const second = await refresh(server, tokens.refresh_token)

  issuer.faults.add('token', { kind: 'drop', when: 'after', times: 1 })
  await expect(refresh(server, second.refresh_token)).rejects.toThrow()
  await expect(refresh(server, second.refresh_token)).rejects.toMatchObject({
    error: 'invalid_grant',
  })

  expect(issuer.tokenRequests.slice(1)).toMatchObject([
    { result: 'fault', fault: { kind: 'drop', when: 'before' } },
    { result: 'granted' },
    { result: 'granted', fault: { kind: 'drop', when: 'after' }, newRefreshTokenGeneration: 3 },
    { result: 'invalid_grant', reuse: 'detected' },
  ])
  expect(issuer.tokenRequests[1]?.status).toBeUndefined()
})

it('cuts the body of an answer the provider has given', async () => {
  const issuer = await startForTest()
  const { tokens } = await signIn(issuer)
  issuer.faults.add('token', { kind: 'cut-body', when: 'after', times: 1 })

  const response = await sendRefresh(issuer, tokens.refresh_token)

  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow()
  expect(issuer.tokenRequests.at(-1)).toMatchObject({ result: 'granted', status: 200 })
})

it('never answers where it hangs, and closes all the same', async () => {
  const issuer = await startForTest()
  issuer.faults.add('token', { kind: 'hang' })
  const abort = new AbortController()
  const seen = new Promise<void>((resolve) => issuer.onEvent(() => resolve()))
  const asked = fetch(`${issuer.url}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token' }),
    signal: abort.signal,
  }).catch(() => 'no answer')
  await seen

  await issuer.close()

  expect(await asked).toBe('no answer')
})

it('holds a request before the provider acts until the test lets it go', async () => {
  const issuer = await startForTest()
  const { server, tokens } = await signIn(issuer)
  const hold = issuer.faults.hold('token')
  const asked = refresh(server, tokens.refresh_token)
  await hold.arrived

  expect(issuer.tokenRequests.at(-1)).toMatchObject({ result: 'pending' })

  hold.release()
  await expect(asked).resolves.toBeDefined()
  expect(issuer.tokenRequests.at(-1)).toMatchObject({ result: 'granted' })
})

it('holds an answer after the provider has acted', async () => {
  const issuer = await startForTest()
  const { server, tokens } = await signIn(issuer)
  const hold = issuer.faults.hold('token', { when: 'after' })
  const asked = refresh(server, tokens.refresh_token)
  await hold.arrived

  expect(issuer.tokenRequests.at(-1)).toMatchObject({
    result: 'granted',
    newRefreshTokenGeneration: 2,
  })
  expect(issuer.tokenRequests.at(-1)?.endedAt).toBeUndefined()

  hold.release()
  await expect(asked).resolves.toBeDefined()
})

it('answers late, unless the fault is cleared meanwhile', async () => {
  const issuer = await startForTest()
  const late = issuer.faults.add('token', { kind: 'status', status: 503, delayMs: 20, times: 1 })
  const startedAt = performance.now()
  expect((await sendRefresh(issuer)).status).toBe(503)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(19)
  expect(late.hits).toBe(1)

  const hour = issuer.faults.add('token', { kind: 'delay', delayMs: 3_600_000 })
  const asked = sendRefresh(issuer)
  while (hour.hits === 0) await new Promise((resolve) => setImmediate(resolve))
  hour.clear()
  expect((await asked).status).toBe(400)
})

it('hits only the grant type it is for, as often as it is told, first come first', async () => {
  const issuer = await startForTest()
  issuer.faults.add('token', { kind: 'status', status: 503, grantType: 'refresh_token', times: 1 })
  issuer.faults.add('token', { kind: 'status', status: 429, grantType: 'refresh_token' })
  const { server, tokens } = await signIn(issuer)

  expect((await sendRefresh(issuer)).status).toBe(503)
  expect((await sendRefresh(issuer)).status).toBe(429)
  expect((await sendRefresh(issuer)).status).toBe(429)

  issuer.faults.clear('token')
  await refresh(server, tokens.refresh_token)
})

it('breaks every endpoint an app depends on', async () => {
  const issuer = await startForTest()
  const server = await discover(issuer)
  const addresses = {
    discovery: `${issuer.url}/.well-known/openid-configuration`,
    jwks: server.jwks_uri!,
    userinfo: server.userinfo_endpoint!,
    end_session: server.end_session_endpoint!,
    authorization: server.authorization_endpoint!,
  }

  for (const [endpoint, url] of Object.entries(addresses)) {
    issuer.faults.add(endpoint as keyof typeof addresses, { kind: 'status', status: 503 })
    expect((await fetch(url)).status).toBe(503)
  }
  issuer.faults.add('revocation', { kind: 'status', status: 503 })
  const revoked = await fetch(server.revocation_endpoint!, { method: 'POST' })
  expect(revoked.status).toBe(503)

  issuer.faults.clear()
  expect((await fetch(addresses.jwks)).status).toBe(200)
})

it('rewrites what the provider says, with tokens the issuer signs', async () => {
  const issuer = await startForTest()
  const { server, tokens } = await signIn(issuer, { subject: 'ada' })
  issuer.faults.add('discovery', {
    kind: 'rewrite',
    rewrite: (json) => ({ ...json, authorization_endpoint: 'javascript:alert(1)' }),
  })
  issuer.faults.add('token', {
    kind: 'rewrite',
    rewrite: (json) => {
      const { sub: _, ...claims } = oauth.getValidatedIdTokenClaims(tokens)!
      return { ...json, id_token: issuer.signJwt({ ...claims, sub: 'mallory' }) }
    },
  })

  expect((await discover(issuer)).authorization_endpoint).toBe('javascript:alert(1)')
  const second = await refresh(server, tokens.refresh_token)
  expect(oauth.getValidatedIdTokenClaims(second)?.sub).toBe('mallory')
})

it('rewrites the redirect back to the app, and no other', async () => {
  const issuer = await startForTest()
  const server = await discover(issuer)
  const rewritten: string[] = []
  for (const endpoint of ['authorization', 'sign_in'] as const) {
    issuer.faults.add(endpoint, {
      kind: 'redirect',
      rewrite(url) {
        rewritten.push(endpoint)
        url.searchParams.set('iss', 'https://evil.example')
      },
    })
  }

  const response = await authorize(server, 'v'.repeat(43), 'n', {})

  expect(response.searchParams.get('iss')).toBe('https://evil.example')
  expect(rewritten).toEqual(['authorization'])
  expect(response.searchParams.get('code')).not.toBeNull()
})
