import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterEach, expect, it } from 'vitest'
import type { DevIssuer } from './dev-issuer.js'
import type { DevIssuerOptions } from './options.js'
import { startDevIssuer } from './start-dev-issuer.js'
import { refresh, signIn } from './testing/app.js'

let issuer: DevIssuer | undefined
afterEach(() => issuer?.close())

async function start(options: DevIssuerOptions = {}): Promise<DevIssuer> {
  issuer = await startDevIssuer(options)
  return issuer
}

it('signs a person in with code and PKCE and gives an access token for the default resource', async () => {
  const issuer = await start({ accessTokenLifetimeSeconds: 5 })

  const { server, tokens, idToken } = await signIn(issuer, { subject: 'grace' })

  expect(idToken).toMatchObject({ sub: 'grace', name: 'Grace Hopper', email: 'grace@example.com' })
  expect(tokens.scope).toBe('openid profile email offline_access')
  expect(tokens.expires_in).toBe(5)
  const keys = createRemoteJWKSet(new URL(server.jwks_uri!))
  const { payload } = await jwtVerify(tokens.access_token, keys, {
    issuer: issuer.url,
    audience: 'urn:latchkey:demo-api',
    typ: 'at+jwt',
  })
  expect(payload).toMatchObject({ sub: 'grace', client_id: 'demo-app' })
})

it('rotates the refresh token and logs each generation', async () => {
  const issuer = await start()
  const { server, tokens } = await signIn(issuer)

  const second = await refresh(server, tokens.refresh_token)
  const third = await refresh(server, second.refresh_token)

  expect(new Set([tokens, second, third].map((set) => set.refresh_token)).size).toBe(3)
  expect(issuer.tokenRequests).toMatchObject([
    { grantType: 'authorization_code', result: 'granted', newRefreshTokenGeneration: 1 },
    { refreshTokenGeneration: 1, newRefreshTokenGeneration: 2, result: 'granted', reuse: 'none' },
    { refreshTokenGeneration: 2, newRefreshTokenGeneration: 3, result: 'granted', reuse: 'none' },
  ])
  expect(new Set(issuer.tokenRequests.map(({ familyId }) => familyId)).size).toBe(1)
})

it('revokes the whole family when a used refresh token comes back', async () => {
  const issuer = await start()
  const { server, tokens } = await signIn(issuer)
  const second = await refresh(server, tokens.refresh_token)

  await expect(refresh(server, tokens.refresh_token)).rejects.toMatchObject({
    error: 'invalid_grant',
  })
  await expect(refresh(server, second.refresh_token)).rejects.toMatchObject({
    error: 'invalid_grant',
  })

  expect(issuer.reuseDetections).toBe(1)
  expect(issuer.tokenRequests.slice(2)).toMatchObject([
    { refreshTokenGeneration: 1, result: 'invalid_grant', reuse: 'detected' },
    { refreshTokenGeneration: 2, result: 'invalid_grant', reuse: 'none' },
  ])
  expect(issuer.isAccessTokenAlive(second.access_token)).toBe(false)
})
