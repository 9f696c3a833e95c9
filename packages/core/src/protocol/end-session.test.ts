import { expect, it } from 'vitest'
import { createProtocol } from './index.js'
import { protocolConfig, startTestProtocol } from './testing/test-protocol.js'

const back = 'https://app.example/bye'

it('L4, oidcc-client-test-rp-init-logout: names client, ID token and where to come back', async () => {
  const { protocol, server } = await startTestProtocol()
  const url = new URL(
    (await protocol.endSessionUrl({ idToken: 'x.y.z', postLogoutRedirectUri: back })) ?? '',
  )
  expect(url.origin + url.pathname).toBe(`${server.issuer}/logout`)
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'spa',
    id_token_hint: 'x.y.z',
    post_logout_redirect_uri: back,
  })
})

it('L4: sends what there is', async () => {
  const { protocol, server } = await startTestProtocol()
  server.metadata['end_session_endpoint'] += '?p=B2C_1'
  const url = new URL((await protocol.endSessionUrl({})) ?? '')
  expect(Object.fromEntries(url.searchParams)).toEqual({ p: 'B2C_1', client_id: 'spa' })
})

it('I-7: a provider without such an endpoint has no URL', async () => {
  const { protocol, server } = await startTestProtocol()
  delete server.metadata['end_session_endpoint']
  expect(await protocol.endSessionUrl({ postLogoutRedirectUri: back })).toBeUndefined()
})

it('B3, DM2: an unsafe endpoint is never navigated to', async () => {
  const { protocol, server, failure } = await startTestProtocol()
  server.metadata['end_session_endpoint'] = 'javascript:alert(1)'
  expect(await failure(protocol.endSessionUrl({}))).toMatchObject({ code: 'unsafe-endpoint' })
})

it('Cognito wants logout_uri, at the host of its pages', async () => {
  const issuer = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc'
  const url = await urlOf(issuer, {
    authorization_endpoint: 'https://shop.auth.eu-west-1.amazoncognito.com/oauth2/authorize',
  })
  expect(url).toBe(
    `https://shop.auth.eu-west-1.amazoncognito.com/logout?client_id=spa&logout_uri=${encodeURIComponent(back)}`,
  )
  const listed = await urlOf(issuer, { end_session_endpoint: 'https://id.shop.example/logout' })
  expect(listed).toBe(
    `https://id.shop.example/logout?client_id=spa&logout_uri=${encodeURIComponent(back)}`,
  )
})

it('Auth0 wants returnTo at /v2/logout, unless it lists an endpoint', async () => {
  const issuer = 'https://shop.eu.auth0.com/'
  expect(await urlOf(issuer)).toBe(
    `https://shop.eu.auth0.com/v2/logout?client_id=spa&returnTo=${encodeURIComponent(back)}`,
  )
  expect(
    await urlOf(issuer, { end_session_endpoint: 'https://shop.eu.auth0.com/oidc/logout' }),
  ).toBe(
    `https://shop.eu.auth0.com/oidc/logout?client_id=spa&id_token_hint=x.y.z&post_logout_redirect_uri=${encodeURIComponent(back)}`,
  )
})

it.each([
  'https://auth0.com.evil.example',
  'https://evil-auth0.com',
  'https://cognito-idp.x.amazonaws.com.evil.example',
])('a look-alike (%s) is no provider known by name', async (issuer) => {
  expect(await urlOf(issuer)).toBeUndefined()
})

function urlOf(issuer: string, more: Record<string, string> = {}) {
  const metadata = {
    issuer,
    authorization_endpoint: 'https://login.example/authorize',
    token_endpoint: 'https://login.example/token',
    ...more,
  }
  return createProtocol(protocolConfig(issuer, { metadata })).endSessionUrl({
    idToken: 'x.y.z',
    postLogoutRedirectUri: back,
  })
}
