import { expect, test as base, type BrowserContext, type Page } from '@playwright/test'
import { startDevIssuer, type DevIssuer } from '@latchkey/dev-issuer'
import { startResourceServer, type ResourceServer } from '../support/resource-server.js'
import { continueAs } from '../support/scene.js'
import {
  createTemplateApp,
  freePort,
  packPackages,
  type Places,
  type TemplateApp,
} from '../support/template-app.js'

interface Fixtures {
  createApp: (framework: TemplateApp['framework']) => Promise<TemplateApp>
}

const test = base.extend<Fixtures>({
  // Playwright insists on a pattern, though nothing is needed
  createApp: async ({ playwright: _playwright }, use) => {
    const apps: TemplateApp[] = []
    await use(async (framework) => {
      const packed = await packPackages()
      const app = await createTemplateApp(framework, packed.folder)
      apps.push(app)
      await packed.remove()
      return app
    })
    for (const app of apps) await app.remove()
  },
})

for (const framework of ['react', 'vue'] as const) {
  test(`S15: who follows our pages in a new Vite project has an app that signs in, replays, is edited and builds: ${framework}`, async ({
    browser,
    createApp,
  }) => {
    const app = await createApp(framework)
    const port = await freePort()
    const origin = `http://localhost:${port}`
    const issuer = await startDevIssuer({
      accessTokenLifetimeSeconds: 300,
      clients: [
        {
          clientId: 'new-user',
          redirectUris: [`${origin}/callback`, `${origin}/`],
          postLogoutRedirectUris: [`${origin}/`],
        },
      ],
    })
    const api = await startResourceServer(issuer)
    api.use(({ path, isAuthorized }) =>
      path === '/orders' && isAuthorized ? { status: 200, body: ['Teapot', 'Kettle'] } : undefined,
    )
    const places: Places = {
      'https://login.example.com': issuer.url,
      'https://api.example.com': api.origin,
      'my-spa': 'new-user',
    }

    await test.step('getting started, developed', async () => {
      await app.follow(`docs/getting-started-${framework}.md`, places)
      const stop = await app.serve('dev', port)
      const context = await browser.newContext()
      await context.addInitScript(countWhatIsOpen)
      const page = await openedBy(context, origin)
      await signInByLink(page, origin)
      await expectReplay(page, issuer, api)
      await expectQuietEdits(page, app, issuer)
      await page.getByRole('button', { name: 'Sign out Ada Lovelace' }).click()
      await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
      expect(page.url()).toBe(`${origin}/`)
      await context.close()
      await stop()
    })

    await test.step('getting started, built', async () => {
      await app.run('npm', 'run', 'build')
      const stop = await app.serve('preview', port)
      const context = await browser.newContext()
      const page = await openedBy(context, origin)
      await signInByLink(page, origin)
      await expectReplay(page, issuer, api)
      await context.close()
      await stop()
    })

    await test.step('the fifteen lines of the README', async () => {
      const entry = framework === 'react' ? 'src/main.tsx' : 'src/main.ts'
      await app.write(entry, `packages/${framework}/README.md`, 'app', places)
      await app.run('npm', 'run', 'build')
      const stop = await app.serve('dev', port)
      const context = await browser.newContext()
      const page = await openedBy(context, origin)
      const answers: string[] = []
      page.on('dialog', (dialog) => {
        answers.push(dialog.message())
        void dialog.accept()
      })
      await page.getByRole('button', { name: 'Sign in' }).click()
      await continueAs(page)
      await expect(page.getByText('Ada Lovelace')).toBeVisible()
      issuer.expireAccessTokens()
      await page.getByRole('button', { name: 'Orders' }).click()
      await expect.poll(() => answers).toEqual(['Teapot,Kettle'])
      await context.close()
      await stop()
    })

    expect(issuer.reuseDetections).toBe(0)
    await api.close()
    await issuer.close()
  })
}

/** Whatever the page complains about fails the test. */
async function openedBy(context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  page.on('pageerror', (error) => expect(String(error)).toBe(''))
  await page.goto(origin)
  return page
}

/** To a page for the signed-in, through the provider, and to that page. */
async function signInByLink(page: Page, origin: string): Promise<void> {
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await page.getByRole('link', { name: 'Your orders' }).click()
  await continueAs(page)
  await expect(page.getByText('Teapot')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Sign out Ada Lovelace' })).toBeVisible()
  expect(page.url()).toBe(`${origin}/orders`)
}

async function expectReplay(page: Page, issuer: DevIssuer, api: ResourceServer): Promise<void> {
  await page.getByRole('link', { name: 'Home' }).click()
  issuer.clearEvents()
  api.clearLog()
  issuer.expireAccessTokens()
  await page.getByRole('link', { name: 'Your orders' }).click()
  await expect(page.getByText('Kettle')).toBeVisible()
  expect(api.log.map(({ status }) => status)).toEqual([401, 200])
  expect(issuer.counters.refreshGrants).toBe(1)
}

/** Twenty edits of a component while tokens live for five seconds: the page stays, and so does all that it holds open. */
async function expectQuietEdits(page: Page, app: TemplateApp, issuer: DevIssuer): Promise<void> {
  const file = app.framework === 'react' ? 'src/pages.tsx' : 'src/Home.vue'
  await page.getByRole('link', { name: 'Home' }).click()
  issuer.setAccessTokenLifetime(5)
  issuer.expireAccessTokens()
  await page.getByRole('link', { name: 'Your orders' }).click()
  await expect(page.getByText('Kettle')).toBeVisible()
  await page.getByRole('link', { name: 'Home' }).click()
  const before = await page.evaluate(openNow)
  await page.evaluate(() => Object.assign(window, { isFirstLoad: true }))
  let text = 'Your orders'
  for (let round = 1; round <= 20; round++) {
    const next = `Your orders, edited ${round} times`
    await app.edit(file, (code) => code.replace(text, next))
    text = next
    await expect(page.getByRole('link', { name: next, exact: true })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Sign out Ada Lovelace' })).toBeVisible()
  }
  expect(await page.evaluate(() => 'isFirstLoad' in window)).toBe(true)
  await expect.poll(() => page.evaluate(openNow)).toEqual(before)
  const grants = issuer.counters.refreshGrants
  await expect.poll(() => issuer.counters.refreshGrants).toBeGreaterThan(grants)
  expect(new Set(issuer.tokenRequests.map(({ result }) => result))).toEqual(new Set(['granted']))

  // another client: the old one is let go of, or the page is loaded anew
  const loaded = page.waitForEvent('load')
  await app.edit('src/auth.ts', (code) => `${code}\n`)
  await loaded
  await expect(page.getByRole('button', { name: 'Sign out Ada Lovelace' })).toBeVisible()
  await expect.poll(() => page.evaluate(openNow)).toEqual(before)
}

interface Open {
  readonly channels: number
  readonly listeners: number
}

/** Counts from the page's first script on what would pile up if clients did. */
function countWhatIsOpen(): void {
  const open = { channels: 0, listeners: 0 }
  Object.assign(window, { open_: open })
  const Native = BroadcastChannel
  window.BroadcastChannel = class extends Native {
    constructor(name: string) {
      super(name)
      open.channels++
    }
    override close(): void {
      open.channels--
      super.close()
    }
  }
  const { addEventListener, removeEventListener } = document
  document.addEventListener = (type: string, listener: EventListener, options?: object) => {
    addEventListener.call(document, type, listener, options)
    if (type !== 'visibilitychange') return
    open.listeners++
    const { signal } = { ...options } as AddEventListenerOptions
    signal?.addEventListener('abort', () => open.listeners--)
  }
  document.removeEventListener = (type: string, listener: EventListener, options?: object) => {
    removeEventListener.call(document, type, listener, options)
    if (type === 'visibilitychange') open.listeners--
  }
}

function openNow(): Open {
  return { ...(window as unknown as { open_: Open }).open_ }
}
