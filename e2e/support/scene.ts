// One test's world: an issuer, an API, a foreign origin, an app, and browser profiles that the leak oracle watches.
import { expect, type BrowserContext, type Page } from '@playwright/test'
import type { AuthClientOptions } from '@latchkey/core'
import {
  startDevIssuer,
  type DevIssuer,
  type DevIssuerOptions,
  type TokenRequestEvent,
} from '@latchkey/dev-issuer'
import type { HarnessConfig } from '../pages/harness/harness-config.js'
import { startForeignServer, type ForeignServer } from './foreign-server.js'
import { startIssuerProxy, type IssuerProxy } from './issuer-proxy.js'
import { createLeakOracle, type LeakOracle } from './leak-oracle.js'
import { startPageServer, type PageServer } from './page-server.js'
import { startResourceServer, type ResourceServer } from './resource-server.js'
import { tabOn, type Tab } from './tab.js'

export interface SceneOptions {
  /** What else the harness page is to do. */
  readonly harness?: Omit<HarnessConfig, 'client' | 'apiUrl'>
  /** For the issuer; access tokens live an hour unless told otherwise. */
  readonly issuer?: Omit<DevIssuerOptions, 'clients' | 'issuerUrl' | 'port'>
  /** For the client of the harness page, over the scene's own. */
  readonly client?: Partial<AuthClientOptions>
  /** Path of the redirect URI. Default `/callback`. */
  readonly redirectPath?: string
  /** The page that answers, by its folder. Default `harness`. */
  readonly page?: string
}

export interface Scene {
  readonly issuer: DevIssuer
  readonly proxy: IssuerProxy
  readonly api: ResourceServer
  readonly foreign: ForeignServer
  readonly app: PageServer
  readonly oracle: LeakOracle
  /** The profile that `openTab` and `signIn` use. */
  readonly context: BrowserContext
  /** Changes the client's options for pages loaded from now on. */
  configure(client: Partial<AuthClientOptions>): void
  /** Changes what the harness page does, for pages loaded from now on. */
  harness(page: SceneOptions['harness']): void
  /** A further browser profile. */
  newProfile(): Promise<BrowserContext>
  /** Opens the app at a path and waits until its client is ready. What must be so before, `prepare` does. */
  openTab(path?: string, context?: BrowserContext, prepare?: Prepare): Promise<Tab>
  /** Opens the app at a path, signs in through the provider's page, and is back. */
  signIn(path?: string, context?: BrowserContext): Promise<Tab>
  /** The refreshes the issuer granted. */
  refreshes(): readonly TokenRequestEvent[]
  /** All requests with a refresh token that reached the issuer, whatever became of them. */
  refreshRequests(): readonly TokenRequestEvent[]
  close(): Promise<void>
}

type Prepare = (page: Page) => Promise<unknown>

export const people = { ada: 'Ada Lovelace', grace: 'Grace Hopper', alan: 'Alan Turing' } as const

export interface Profiles {
  /** Gives a browser profile; a fresh one where the browser has several. */
  open(): Promise<BrowserContext>
  close(profile: BrowserContext): Promise<void>
}

export async function startScene(profiles: Profiles, options: SceneOptions = {}): Promise<Scene> {
  const { redirectPath = '/callback', page = 'harness' } = options
  const [app, proxy, foreign] = await Promise.all([
    startPageServer(),
    startIssuerProxy(),
    startForeignServer(),
  ])
  const issuer = await startDevIssuer({
    accessTokenLifetimeSeconds: 3600,
    ...options.issuer,
    issuerUrl: proxy.origin,
    clients: [
      {
        clientId: 'harness',
        redirectUris: [`${app.origin}${redirectPath}`],
        postLogoutRedirectUris: [`${app.origin}/`],
      },
    ],
  })
  app.serve(page)
  proxy.connectTo(issuer.port)
  const api = await startResourceServer(issuer)
  // the log of a test is for what the pages ask
  issuer.clearEvents()

  let client: AuthClientOptions = {
    issuer: proxy.origin,
    clientId: 'harness',
    redirectUri: redirectPath,
    postLogoutRedirectUri: '/',
    resources: [{ url: `${api.origin}/` }],
    // what refreshes, and when, is the test's to say
    proactiveRefresh: false,
    ...options.client,
  }
  let { harness } = options
  const apply = () => app.configure({ client, apiUrl: `${api.origin}/`, ...harness })
  apply()

  const oracle = createLeakOracle(
    () => ({
      issuer: proxy.origin,
      app: app.origin,
      redirectPath,
      resources: (client.resources ?? []).map(({ url }) => new URL(url, app.origin).href),
    }),
    proxy.exchanges,
    foreign,
  )
  const contexts: BrowserContext[] = []
  const newProfile = async () => {
    const context = await profiles.open()
    contexts.push(context)
    await oracle.watch(context)
    return context
  }
  const context = await newProfile()

  async function openTab(path = '/', profile = context, prepare?: Prepare): Promise<Tab> {
    const page = await profile.newPage()
    await prepare?.(page)
    await page.goto(app.origin + path)
    await expect(page.locator('#status')).not.toHaveText('restoring')
    return tabOn(page, oracle.facts)
  }

  const refreshRequests = () =>
    issuer.tokenRequests.filter(({ grantType }) => grantType === 'refresh_token')
  return {
    issuer,
    proxy,
    api,
    foreign,
    app,
    oracle,
    context,
    configure(changes) {
      client = { ...client, ...changes }
      apply()
    },
    harness(page) {
      harness = page
      apply()
    },
    newProfile,
    openTab,
    async signIn(path, profile) {
      const tab = await openTab(path, profile)
      await tab.page.click('#sign-in')
      await continueAs(tab.page)
      await tab.untilStatus('signed-in')
      return tab
    },
    refreshes: () => refreshRequests().filter(({ result }) => result === 'granted'),
    refreshRequests,
    async close() {
      await Promise.all(contexts.map((profile) => profiles.close(profile)))
      await Promise.all([app, proxy, foreign, api, issuer].map((server) => server.close()))
    },
  }
}

/** Clicks a person on the provider's sign-in page. */
export async function continueAs(page: Page, person: keyof typeof people = 'ada'): Promise<void> {
  await page.getByRole('button', { name: `Continue as ${people[person]}` }).click()
}
