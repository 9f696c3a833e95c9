import { expect, it } from 'vitest'
import { discover } from './testing/app.js'
import { createTestBrowser } from './testing/browser.js'
import { startForTest } from './testing/issuer.js'
import type { DevIssuer } from './dev-issuer.js'

async function openSignInPage(issuer: DevIssuer, parameters: Record<string, string> = {}) {
  const browser = createTestBrowser()
  const url = new URL((await discover(issuer)).authorization_endpoint!)
  url.search = new URLSearchParams({
    client_id: 'demo-app',
    redirect_uri: 'http://localhost:5173/callback',
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'c'.repeat(43),
    code_challenge_method: 'S256',
    ...parameters,
  }).toString()
  const response = await browser.request(url.href)
  const address = new URL(response.headers.get('Location')!, url).href
  return { browser, address, page: await browser.request(address) }
}

it('shows each demo user as one button, named for what it does', async () => {
  const { page } = await openSignInPage(await startForTest())
  const html = await page.text()

  for (const [subject, name] of [
    ['ada', 'Ada Lovelace'],
    ['grace', 'Grace Hopper'],
    ['alan', 'Alan Turing'],
  ]) {
    expect(html).toContain(`name="login" value="${subject}" aria-label="Continue as ${name}"`)
  }
  expect(html).toContain('Latchkey demo')
})

it('marks the person the app hinted at', async () => {
  const { page } = await openSignInPage(await startForTest(), { login_hint: 'grace@example.com' })

  expect(await page.text()).toMatch(/value="grace" [^>]*autofocus/)
})

it('runs no script, loads nothing and cannot be framed', async () => {
  const { page } = await openSignInPage(await startForTest())
  const policy = page.headers.get('Content-Security-Policy')

  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'none'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).toContain("form-action 'self' http://localhost:5173")
  expect(await page.text()).not.toMatch(/<script|https?:\/\/(?!localhost)/)
})

it('shows names as text, whatever is in them', async () => {
  const users = [{ subject: 'x"><script>', name: '<img src=x>', email: 'x@example.com' }]
  const { page } = await openSignInPage(await startForTest({ users }))
  const html = await page.text()

  expect(html).not.toContain('<img')
  expect(html).not.toContain('<script')
})

it('refuses a person it does not know', async () => {
  const { browser, address } = await openSignInPage(await startForTest())

  const response = await browser.request(address, {
    method: 'POST',
    body: new URLSearchParams({ login: 'mallory' }),
  })

  expect(response.status).toBe(400)
})

it('says so on a page when the sign-in is over already', async () => {
  const { browser, address } = await openSignInPage(await startForTest())
  await browser.request(`${address}/cancel`)
  const callback = createTestBrowser()

  const page = await callback.request(address)

  expect(page.status).toBe(400)
  expect(await page.text()).toContain('this sign-in has expired or was completed already')
})
