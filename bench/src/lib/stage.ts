// The stage of every browser measure: app server, issuers, and a Chromium.
import { startDevIssuer, type DevIssuer, type DevResource } from '@latchkey/dev-issuer'
import { startAppServer, type AppServer } from './app-server.js'
import { launchBrowser, type Browser } from './browser.js'
import { allContenders, type ContenderPage } from './contenders.js'
import { startIssuerFront } from './issuer-front.js'

export interface StageOptions {
  /** Default 600. */
  accessTokenLifetimeSeconds?: number
  resources?: DevResource[]
}

export interface Stage {
  app: AppServer
  browser: Browser
  issuerOf(page: ContenderPage): DevIssuer
  close(): Promise<void>
}

/** Rotation, reuse detection and no grace: the strictest of what providers do. */
export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const urls = new Map<boolean, string>()
  const app = await startAppServer((name) => {
    const page = allContenders.find((contender) => contender.name === name)
    return urls.get(page?.fronted ?? false) ?? ''
  })
  const clients = allContenders.map(({ name }) => ({
    clientId: name,
    // some come back to the page itself, some through a page for the iframe
    redirectUris: ['', 'callback', 'silent'].map((path) => `${app.origin}/${name}/${path}`),
  }))
  const settings = {
    clients,
    accessTokenLifetimeSeconds: options.accessTokenLifetimeSeconds ?? 600,
    refreshTokenGraceSeconds: 0,
    ...(options.resources && { resources: options.resources }),
  }
  const front = await startIssuerFront()
  const plain = await startDevIssuer(settings)
  const fronted = await startDevIssuer({ ...settings, issuerUrl: `${front.origin}/` })
  front.target = fronted.port
  urls.set(false, plain.url)
  urls.set(true, fronted.url)
  const browser = await launchBrowser()
  return {
    app,
    browser,
    issuerOf: (page) => (page.fronted ? fronted : plain),
    async close() {
      await browser.close()
      await Promise.all([app.close(), front.close(), plain.close(), fronted.close()])
    },
  }
}
