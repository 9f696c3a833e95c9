import { decodeJwt } from 'jose'
import * as oauth from 'oauth4webapi'
import { expect, it } from 'vitest'
import { authorize, client, insecure, refresh, signIn } from './testing/app.js'
import { createTestBrowser } from './testing/browser.js'
import { startForTest } from './testing/issuer.js'

it('refuses every access token issued so far when they are expired, and accepts the next one', async () => {
  const issuer = await startForTest()
  const { server, tokens } = await signIn(issuer)
  expect(issuer.isAccessTokenAlive(tokens.access_token)).toBe(true)
  expect(issuer.isAccessTokenAlive(decodeJwt(tokens.access_token).jti!)).toBe(true)

  issuer.expireAccessTokens()
  expect(issuer.isAccessTokenAlive(tokens.access_token)).toBe(false)

  const second = await refresh(server, tokens.refresh_token)
  expect(issuer.isAccessTokenAlive(second.access_token)).toBe(true)
})

it('knows no access token it did not issue', async () => {
  const issuer = await startForTest()

  for (const token of ['', 'a.b.c', 'a..', issuer.signJwt({ jti: 'made-up' })]) {
    expect(issuer.isAccessTokenAlive(token)).toBe(false)
  }
})

it('revokes the sign-ins of one person', async () => {
  const issuer = await startForTest()
  const ada = await signIn(issuer, { subject: 'ada' })
  const alan = await signIn(issuer, { subject: 'alan' })

  expect(issuer.revokeSession('ada')).toBe(1)

  expect(issuer.isAccessTokenAlive(ada.tokens.access_token)).toBe(false)
  await expect(refresh(ada.server, ada.tokens.refresh_token)).rejects.toMatchObject({
    error: 'invalid_grant',
  })
  expect(issuer.isAccessTokenAlive(alan.tokens.access_token)).toBe(true)
  await refresh(alan.server, alan.tokens.refresh_token)
  expect(issuer.reuseDetections).toBe(0)
})

it('revokes one sign-in by its family, and all of them without a target', async () => {
  const issuer = await startForTest()
  await signIn(issuer)
  await signIn(issuer)
  await signIn(issuer, { subject: 'grace' })
  const familyId = issuer.tokenRequests[0]?.familyId

  expect(issuer.revokeSession(familyId)).toBe(1)
  expect(issuer.revokeSession(familyId)).toBe(0)
  expect(issuer.revokeSession()).toBe(2)
})

it('leaves silent re-authentication alone unless the browser session is to end too', async () => {
  const issuer = await startForTest()
  const browser = createTestBrowser()
  const { server } = await signIn(issuer, { browser })
  const silently = () =>
    authorize(server, 'v'.repeat(43), 'n', { browser, parameters: { prompt: 'none' } })

  issuer.revokeSession('ada')
  expect((await silently()).searchParams.get('code')).not.toBeNull()

  await signIn(issuer, { browser })
  issuer.revokeSession('ada', { endBrowserSession: true })
  expect((await silently()).searchParams.get('error')).toBe('login_required')
})

it('revokes the whole sign-in with its refresh token at the revocation endpoint', async () => {
  const issuer = await startForTest()
  const { server, tokens } = await signIn(issuer)

  const response = await oauth.revocationRequest(
    server,
    client,
    oauth.None(),
    tokens.refresh_token!,
    insecure,
  )
  await oauth.processRevocationResponse(response)

  expect(issuer.isAccessTokenAlive(tokens.access_token)).toBe(false)
  await expect(refresh(server, tokens.refresh_token)).rejects.toMatchObject({
    error: 'invalid_grant',
  })
  expect(issuer.counters.requests.revocation).toBe(1)
})
