import * as oauth from 'oauth4webapi'
import { decodeJwt } from 'jose'
import { expect, it, onTestFinished, vi } from 'vitest'
import { authorize, client, discover, refresh, signIn } from './testing/app.js'
import { startForTest } from './testing/issuer.js'

const redirectUris = ['http://localhost:5173/callback']

it('binds tokens to the DPoP key of a client that has to use one', async () => {
  const clients = [{ clientId: 'demo-app', redirectUris, dpopBound: true }]
  const issuer = await startForTest({ clients })
  const keys = await oauth.generateKeyPair('ES256')
  const dpop = oauth.DPoP(client, keys)

  const { server, tokens } = await signIn(issuer, { dpop })
  const thumbprint = await dpop.calculateThumbprint()
  const stolen = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))

  expect(tokens.token_type).toBe('dpop')
  expect(decodeJwt(tokens.access_token).cnf).toEqual({ jkt: thumbprint })
  await expect(refresh(server, tokens.refresh_token, { dpop: stolen })).rejects.toMatchObject({
    error: 'invalid_grant',
  })
  await expect(signIn(issuer)).rejects.toThrow()
  await refresh(server, tokens.refresh_token, { dpop })
  expect(issuer.tokenRequests.map((event) => event.dpop)).toEqual([true, true, false, true])
})

it('asks for a nonce in DPoP proofs where it is told to', async () => {
  const issuer = await startForTest({ dpopNonces: 'required' })
  const dpop = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))

  const { tokens } = await signIn(issuer, { dpop })

  expect(tokens.token_type).toBe('dpop')
  expect(issuer.tokenRequests.map(({ result }) => result)).toEqual(['use_dpop_nonce', 'granted'])
})

it('takes pushed authorization requests, with offline access', async () => {
  const issuer = await startForTest()

  const { tokens } = await signIn(issuer, { par: true })

  expect(tokens.refresh_token).toBeDefined()
  expect(issuer.counters.requests.par).toBe(1)
})

it('refuses a request in the URL from a client that has to push it', async () => {
  const clients = [{ clientId: 'demo-app', redirectUris, requirePar: true }]
  const issuer = await startForTest({ clients })
  const server = await discover(issuer)

  const response = await authorize(server, 'v'.repeat(43), 'n', {})
  expect(response.searchParams.get('error')).toBe('invalid_request')

  await expect(signIn(issuer, { par: true })).resolves.toBeDefined()
})

it('ends a refresh token family at the end of its life, however often it rotates', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const issuer = await startForTest({ refreshTokenLifetimeSeconds: 60 })
  const { server, tokens } = await signIn(issuer)
  vi.setSystemTime(Date.now() + 50_000)
  const second = await refresh(server, tokens.refresh_token)
  expect(issuer.isAccessTokenAlive(tokens.access_token)).toBe(false)

  vi.setSystemTime(Date.now() + 11_000)
  await expect(refresh(server, second.refresh_token)).rejects.toMatchObject({
    error: 'invalid_grant',
  })
  expect(issuer.reuseDetections).toBe(0)
})
