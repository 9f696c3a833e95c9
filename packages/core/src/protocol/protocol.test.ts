import { expect, it, onTestFinished } from 'vitest'
import { createProtocol } from './index.js'
import type { ProtocolConfig } from './protocol.js'
import { startScriptedAuthorizationServer } from './testing/scripted-authorization-server.js'

it('signs in and refreshes', async () => {
  const server = await startScriptedAuthorizationServer()
  onTestFinished(() => server.close())
  const config: ProtocolConfig = {
    issuer: server.issuer,
    clientId: 'spa',
    metadata: undefined,
    allowedEndpointOrigins: [],
    authorizationParams: {},
    tokenParams: {},
    clockToleranceMs: 600_000,
    idTokenSigningAlgorithms: undefined,
    dpop: 'required',
    par: true,
    fetch,
    clock: {
      now: () => Date.now(),
      monotonic: () => performance.now(),
      setTimer: (f, ms) => {
        const t = setTimeout(f, ms)
        return () => clearTimeout(t)
      },
    },
    cache: { read: async () => undefined, write: async () => {} },
  }
  const protocol = createProtocol(config)
  await protocol.prepare()
  const { url, pending } = await protocol.buildAuthorizationRequest({
    redirectUri: 'http://localhost/cb',
    scope: 'openid offline_access',
    resources: [],
    display: 'redirect',
  })
  const response = await protocol.validateAuthorizationResponse(server.authorize(url), pending)
  const tokens = await protocol.authorizationCodeGrant(response, pending)
  expect(tokens.claims?.sub).toBe('alice')
  const outcome = await protocol.refreshTokenGrant({
    refreshToken: tokens.refreshToken!,
    claims: tokens.claims,
    dpopKey: pending.dpopKey!,
    signal: new AbortController().signal,
  })
  expect(outcome).toMatchObject({ kind: 'granted', tokens: { claims: { sub: 'alice' } } })
  expect(await protocol.userInfo(tokens.accessToken, 'alice', pending.dpopKey)).toMatchObject({
    name: 'Alice',
  })
  await protocol.revoke('x', undefined, new AbortController().signal)
  expect(server.count('/revoke')).toBe(1)
  expect(await protocol.endSessionUrl({})).toContain('/logout?client_id=spa')
})
