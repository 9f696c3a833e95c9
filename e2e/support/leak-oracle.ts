// Watches everything that leaves a page, and says at the end whether a secret was in it.
import type { BrowserContext, Page } from '@playwright/test'
import type { ForeignServer } from './foreign-server.js'
import type { Exchange } from './issuer-proxy.js'
import { leaksIn, type Homes, type SentRequest } from './leak-rules.js'
import { readSinks } from './page-sinks.js'
import { holds, secretsOf, type Secret } from './secrets.js'

/** What a page told about itself: states, events, errors, messages to other tabs. */
export interface Fact {
  readonly page: Page
  readonly kind: string
  readonly name: string
  readonly detail: unknown
  /** Epoch ms, when the test heard of it. */
  readonly at: number
}

export interface LeakOracle {
  readonly facts: readonly Fact[]
  readonly requests: readonly SentRequest[]
  /** Watches a browser profile; before its first page is opened. */
  watch(context: BrowserContext): Promise<void>
  /** Every leak there is, in words; looks into the pages that are open now. */
  findLeaks(): Promise<string[]>
  /** Forgets what was seen so far: for the tests of the oracle itself, which leak on purpose. */
  forget(): void
}

export const homeDatabase = 'latchkey'

export function createLeakOracle(
  homes: () => Homes,
  exchanges: readonly Exchange[],
  foreign: ForeignServer,
): LeakOracle {
  const facts: Fact[] = []
  const requests: SentRequest[] = []
  const texts: { sink: string; text: string }[] = []
  const contexts: BrowserContext[] = []
  const crashed = new WeakSet<Page>()

  async function watch(context: BrowserContext): Promise<void> {
    contexts.push(context)
    await context.exposeBinding(
      'recordFact',
      ({ page }, kind: string, name: string, detail: unknown) => {
        facts.push({ page, kind, name, detail, at: Date.now() })
        texts.push({ sink: `${kind} ${name}`, text: JSON.stringify(detail) ?? '' })
      },
    )
    await context.addInitScript(watchMessages)
    context.on('request', (request) => {
      requests.push({
        method: request.method(),
        url: request.url(),
        headers: request.headers(),
        body: request.postData() ?? '',
      })
    })
    context.on('page', (page) => page.on('crash', () => crashed.add(page)))
    context.on('console', (message) => texts.push({ sink: 'console', text: message.text() }))
    context.on('weberror', (error) => {
      const { message, stack } = error.error()
      texts.push({ sink: 'page error', text: `${message} ${stack}` })
    })
  }

  async function findLeaks(): Promise<string[]> {
    const secrets = secretsOf(exchanges)
    const leaks = new Set<string>()
    const look = (sink: string, text: string, among: readonly Secret[] = secrets) => {
      for (const secret of among) if (holds(text, secret)) leaks.add(`${secret.kind} in ${sink}`)
    }
    for (const request of requests)
      for (const leak of leaksIn(request, secrets, homes())) leaks.add(leak)
    for (const request of foreign.log)
      look('a request that reached a foreign origin', JSON.stringify(request))
    for (const { sink, text } of texts) look(sink, text)
    for (const context of contexts) {
      for (const page of context.pages()) await lookIntoPage(page, look)
      look('cookies', JSON.stringify(await cookiesOf(context, homes().app)))
    }
    return [...leaks]
  }

  async function lookIntoPage(
    page: Page,
    look: (sink: string, text: string) => void,
  ): Promise<void> {
    if (page.isClosed() || crashed.has(page) || new URL(page.url()).origin !== homes().app) return
    const sinks = await page.evaluate(readSinks, homeDatabase).catch((error: unknown) => {
      if (page.isClosed() || String(error).includes('because of a navigation')) return undefined
      throw error
    })
    // it was on its way somewhere else: what it came to is looked into
    if (!sinks) {
      if (!page.isClosed()) await page.waitForLoadState()
      return lookIntoPage(page, look)
    }
    for (const { name, text } of sinks) look(name, text)
    const session = await page.context().newCDPSession(page)
    const { entries } = await session.send('Page.getNavigationHistory')
    const own = entries.map(({ url }) => url).filter((url) => url.startsWith(homes().app))
    look('the history', own.join(' '))
    await session.detach()
  }

  function forget(): void {
    for (const seen of [facts, requests, texts]) seen.splice(0)
  }

  return { facts, requests, watch, findLeaks, forget }
}

/** Those an app's page would be sent; the issuer's own are on the same host. */
async function cookiesOf(context: BrowserContext, app: string) {
  const cookies = await context.cookies(app)
  return cookies.filter(({ name }) => !name.startsWith('_'))
}

/** Writes down what goes to other tabs, frames and workers; runs in every page before its own code. */
function watchMessages(): void {
  const record = (name: string, message: unknown) =>
    (window as unknown as { recordFact?: (...fact: unknown[]) => void }).recordFact?.(
      'message',
      name,
      JSON.stringify(message) ?? '',
    )
  for (const [name, type] of Object.entries({ BroadcastChannel, MessagePort, Worker })) {
    const post = type.prototype.postMessage as (...values: unknown[]) => void
    type.prototype.postMessage = function (this: unknown, ...values: unknown[]) {
      record(name, values[0])
      return post.apply(this, values)
    }
  }
  window.addEventListener('message', (event) => record('window', event.data))
}
