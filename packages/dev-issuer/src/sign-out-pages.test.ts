import { expect, it } from 'vitest'
import { authorize, discover, signIn } from './testing/app.js'
import { createTestBrowser } from './testing/browser.js'
import { startForTest } from './testing/issuer.js'

const appOrigin = 'http://localhost:5173'

it('signs out and returns to the app, whose next silent sign-in fails', async () => {
  const issuer = await startForTest()
  const browser = createTestBrowser()
  const { server, tokens } = await signIn(issuer, { browser })
  const url = new URL(server.end_session_endpoint!)
  url.search = new URLSearchParams({
    id_token_hint: tokens.id_token!,
    post_logout_redirect_uri: `${appOrigin}/`,
    state: 'bye',
  }).toString()

  const page = await browser.request(url.href)
  expect(page.headers.get('Content-Security-Policy')).toContain("script-src 'sha256-")
  const back = await browser.visit(url.href, { appOrigin })

  expect(back.href).toBe(`${appOrigin}/?state=bye`)
  const silent = await authorize(server, 'v'.repeat(43), 'n', {
    browser,
    parameters: { prompt: 'none' },
  })
  expect(silent.searchParams.get('error')).toBe('login_required')
})

it('asks first when nothing says which app the sign-out comes from', async () => {
  const issuer = await startForTest()
  const browser = createTestBrowser()
  const { server } = await signIn(issuer, { browser })

  const page = await browser.request(server.end_session_endpoint!)

  expect(await page.text()).toContain('Sign out?')
  expect(page.headers.get('Content-Security-Policy')).toContain("script-src 'none'")
})

it('refuses to return to an address that is not registered', async () => {
  const issuer = await startForTest()
  const server = await discover(issuer)
  const url = new URL(server.end_session_endpoint!)
  url.search = new URLSearchParams({
    client_id: 'demo-app',
    post_logout_redirect_uri: 'https://evil.example/',
  }).toString()

  const page = await createTestBrowser().request(url.href, { headers: { Accept: 'text/html' } })

  expect(page.status).toBe(400)
  expect(await page.text()).toContain('post_logout_redirect_uri not registered')
})
