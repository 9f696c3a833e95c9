import { expect, it } from 'vitest'
import type { DevIssuer } from './dev-issuer.js'
import { refresh, signIn } from './testing/app.js'
import { startForTest } from './testing/issuer.js'

function control(issuer: DevIssuer, method: string, path: string, body?: unknown) {
  return fetch(`${issuer.url}/dev/${path}`, {
    method,
    headers: { Origin: 'http://localhost:5173', 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

it('shows and clears the request log', async () => {
  const issuer = await startForTest()
  await signIn(issuer)

  const response = await control(issuer, 'GET', 'events')
  expect(response.headers.get('Access-Control-Allow-Origin')).toBe('http://localhost:5173')
  const { events, counters } = (await response.json()) as Pick<DevIssuer, 'events' | 'counters'>
  expect(events.at(-1)).toMatchObject({ endpoint: 'token', result: 'granted', subject: 'ada' })
  expect(counters).toMatchObject({ codeGrants: 1, reuseDetections: 0 })

  await control(issuer, 'DELETE', 'events')
  expect(issuer.events).toEqual([])
})

it('expires access tokens and says which are alive', async () => {
  const issuer = await startForTest()
  const { tokens } = await signIn(issuer)
  const status = async () => {
    const body = { token: tokens.access_token }
    return (await control(issuer, 'POST', 'access-token-status', body)).json()
  }

  expect(await status()).toEqual({ alive: true })
  expect((await control(issuer, 'POST', 'expire-access-tokens')).status).toBe(204)
  expect(await status()).toEqual({ alive: false })
})

it('revokes sessions', async () => {
  const issuer = await startForTest()
  const { server, tokens } = await signIn(issuer, { subject: 'grace' })

  const response = await control(issuer, 'POST', 'revoke-session', { subject: 'grace' })

  expect(await response.json()).toEqual({ revoked: 1 })
  await expect(refresh(server, tokens.refresh_token)).rejects.toMatchObject({
    error: 'invalid_grant',
  })
})

it('adds and clears faults', async () => {
  const issuer = await startForTest()
  const { server, tokens } = await signIn(issuer)
  const fault = { kind: 'status', status: 503 }
  await control(issuer, 'POST', 'faults', { endpoint: 'token', fault })
  await expect(refresh(server, tokens.refresh_token)).rejects.toThrow()

  await control(issuer, 'DELETE', 'faults')
  await refresh(server, tokens.refresh_token)

  const rewriting = { endpoint: 'token', fault: { kind: 'rewrite' } }
  expect((await control(issuer, 'POST', 'faults', rewriting)).status).toBe(400)
  expect((await control(issuer, 'POST', 'faults', 'nonsense')).status).toBe(400)
})

it('changes lifetimes and keys', async () => {
  const issuer = await startForTest()
  const { server, tokens } = await signIn(issuer)
  const settings = { accessTokenLifetimeSeconds: 77, refreshTokenGraceSeconds: 60 }

  await control(issuer, 'POST', 'settings', settings)
  await control(issuer, 'POST', 'rotate-keys', { keepPrevious: true })
  const second = await refresh(server, tokens.refresh_token)
  await refresh(server, tokens.refresh_token)

  expect(second.expires_in).toBe(77)
  const { keys } = (await (await fetch(server.jwks_uri!)).json()) as { keys: unknown[] }
  expect(keys).toHaveLength(4)
  const refused = await control(issuer, 'POST', 'settings', { accessTokenLifetimeSeconds: -1 })
  expect(refused.status).toBe(400)
})

it('serves none of this where it is switched off, and to no other page than the app’s', async () => {
  const closed = await startForTest({ controlEndpoints: false })
  expect((await control(closed, 'GET', 'events')).status).toBe(404)

  const issuer = await startForTest()
  const response = await fetch(`${issuer.url}/dev/expire-access-tokens`, {
    method: 'POST',
    headers: { Origin: 'https://stranger.example' },
  })
  expect(response.status).toBe(403)
})
