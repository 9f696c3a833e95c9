import { expect, it } from 'vitest'
import { discover, signIn } from './testing/app.js'
import { startForTest } from './testing/issuer.js'

const appOrigin = 'http://localhost:5173'
const stranger = 'https://stranger.example'

function allowedOrigin(response: Response): string | null {
  return response.headers.get('Access-Control-Allow-Origin')
}

it('lets the app read answers and errors of every endpoint it calls', async () => {
  const issuer = await startForTest()
  const server = await discover(issuer)
  const headers = { Origin: appOrigin }
  const body = new URLSearchParams({ client_id: 'demo-app', grant_type: 'refresh_token' })
  const answers = await Promise.all([
    fetch(`${issuer.url}/.well-known/openid-configuration`, { headers }),
    fetch(server.jwks_uri!, { headers }),
    fetch(server.token_endpoint!, { headers, method: 'POST', body }),
    fetch(server.userinfo_endpoint!, { headers }),
    fetch(server.revocation_endpoint!, { headers, method: 'POST', body }),
    fetch(server.pushed_authorization_request_endpoint!, { headers, method: 'POST', body }),
  ])

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 401, 400, 400])
  for (const answer of answers) {
    expect(allowedOrigin(answer)).toBe(appOrigin)
    expect(answer.headers.get('Access-Control-Expose-Headers')).toContain('WWW-Authenticate')
    expect(answer.headers.get('Access-Control-Expose-Headers')).toContain('DPoP-Nonce')
  }
})

it('keeps CORS headers on a 401', async () => {
  const issuer = await startForTest()
  const server = await discover(issuer)

  const response = await fetch(server.userinfo_endpoint!, {
    headers: { Origin: appOrigin, Authorization: 'Bearer nonsense' },
  })

  expect(response.status).toBe(401)
  expect(allowedOrigin(response)).toBe(appOrigin)
})

it('answers preflights for Authorization and DPoP', async () => {
  const issuer = await startForTest()
  const server = await discover(issuer)
  const preflight = (origin: string) =>
    fetch(server.token_endpoint!, {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,dpop',
      },
    })

  const response = await preflight(appOrigin)
  expect(response.status).toBe(204)
  expect(allowedOrigin(response)).toBe(appOrigin)
  expect(response.headers.get('Access-Control-Allow-Headers')).toBe('authorization,dpop')
  expect(allowedOrigin(await preflight(stranger))).toBeNull()
  expect(issuer.counters.requests.token).toBeUndefined()
})

it('refuses tokens to a page of an origin that is not listed', async () => {
  const issuer = await startForTest()
  const { server, tokens } = await signIn(issuer)
  const body = new URLSearchParams({
    client_id: 'demo-app',
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh_token!,
  })

  const response = await fetch(server.token_endpoint!, {
    method: 'POST',
    headers: { Origin: stranger },
    body,
  })

  expect(response.status).toBe(400)
  expect(allowedOrigin(response)).toBeNull()
  expect(await response.json()).toMatchObject({ error: 'invalid_request' })
})
