import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { refresh, signIn } from './testing/app.js'
import { startForTest } from './testing/issuer.js'

const api = 'https://api.example.com/'
const reports = 'urn:reports'
const resources = [
  { identifier: api },
  { identifier: reports, scope: 'reports:read reports:write', lifetimeSeconds: 90 },
]

it('gives each resource an access token of its own from one refresh token', async () => {
  const issuer = await startForTest({ resources })
  const { server, tokens } = await signIn(issuer, {
    scope: 'openid offline_access reports:read',
    resources: [api, reports],
    tokenParameters: { resource: api },
  })

  const second = await refresh(server, tokens.refresh_token, { parameters: { resource: reports } })

  expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: api, scope: 'openid offline_access' })
  expect(decodeJwt(second.access_token)).toMatchObject({
    aud: reports,
    scope: 'openid reports:read offline_access',
  })
  expect([tokens.expires_in, second.expires_in]).toEqual([10, 90])
  expect(issuer.tokenRequests).toMatchObject([{ resource: [api] }, { resource: [reports] }])
})

it('refuses a resource that was not asked for at sign-in, without spending the refresh token', async () => {
  const issuer = await startForTest({ resources })
  const { server, tokens } = await signIn(issuer, { resources: [api] })

  for (const resource of [reports, 'https://unknown.example/']) {
    await expect(
      refresh(server, tokens.refresh_token, { parameters: { resource } }),
    ).rejects.toMatchObject({ error: 'invalid_target' })
  }
  await expect(refresh(server, tokens.refresh_token)).resolves.toBeDefined()
})

it('gives an opaque token for the userinfo endpoint when there is no default resource', async () => {
  const issuer = await startForTest({ defaultResource: false })
  const { server, tokens } = await signIn(issuer, { subject: 'alan' })
  const userinfo = () =>
    fetch(server.userinfo_endpoint!, {
      headers: { Authorization: `Bearer ${tokens.access_token}` },
    })

  expect(tokens.access_token).not.toContain('.')
  expect(await (await userinfo()).json()).toMatchObject({ sub: 'alan', name: 'Alan Turing' })

  issuer.expireAccessTokens()
  const refused = await userinfo()
  expect(refused.status).toBe(401)
  expect(refused.headers.get('WWW-Authenticate')).toContain('invalid_token')
})
