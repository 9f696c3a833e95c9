// A tab with the harness page in it.
import { expect, type CDPSession, type Page } from '@playwright/test'
import type { AccessTokenOptions, AuthState, SignInOptions, SignOutOptions } from '@latchkey/core'
import type { BodyKind } from '../pages/harness/body-kinds.js'
import type {
  BodyResult,
  Call,
  CallError,
  CallResult,
  TokenResult,
  Traffic,
  Transport,
} from '../pages/harness/driver.js'
import type { FeedKind } from '../pages/harness/feed-driver.js'
import type { StreamResult, StreamVia } from '../pages/harness/stream-driver.js'
import type { Fact } from './leak-oracle.js'

export interface Tab {
  readonly page: Page
  /** What this tab has told so far. */
  facts(): readonly Fact[]
  /** The details of the events of one type. */
  events(type: string): readonly Record<string, unknown>[]
  /** The statuses it has shown, in order, without repetitions. */
  statuses(): readonly string[]
  /** From now on facts, events and statuses begin here. */
  forgetFacts(): void
  state(): Promise<AuthState>
  /** Waits until the page shows this status. */
  untilStatus(status: AuthState['status']): Promise<void>
  call(call: Call | string): Promise<CallResult>
  calls(calls: readonly Call[]): Promise<CallResult[]>
  token(options?: AccessTokenOptions): Promise<TokenResult>
  signIn(options?: SignInOptions): Promise<CallError | undefined>
  signOut(options?: SignOutOptions): Promise<CallError | undefined>
  sendBody(kind: BodyKind, via: Transport): Promise<BodyResult>
  beginCall(call: Call): Promise<void>
  abort(reason: string): Promise<{ outcome: string; tookMs: number }>
  /** Tells the page that the network is back. */
  tellOnline(): Promise<unknown>
  offerSignIn(options: SignInOptions): Promise<void>
  signInOutcome(): Promise<CallError | undefined>
  giveUpSignIn(): Promise<void>
  signInWithoutLeaving(): Promise<void>
  redirectForStepUps(): Promise<void>
  follow(kind: FeedKind, url: string): Promise<void>
  notesOf(kind: FeedKind): Promise<readonly string[]>
  endOf(kind: FeedKind): Promise<string>
  /** POSTs a stream. */
  sendStream(url: string, via: StreamVia): Promise<StreamResult>
  /** Clicks the button of `offerSignIn` or `signInWithoutLeaving`. Gives the popup. */
  openPopup(): Promise<Page>
  startTraffic(callsPerSecond: number): Promise<void>
  stopTraffic(): Promise<Traffic>
  cdp(): Promise<CDPSession>
}

export function tabOn(page: Page, allFacts: readonly Fact[]): Tab {
  let begin = 0
  const facts = () => allFacts.slice(begin).filter((fact) => fact.page === page)
  return {
    page,
    facts,
    events: (type) =>
      facts()
        .filter(({ kind, name }) => kind === 'event' && name === type)
        .map(({ detail }) => detail as Record<string, unknown>),
    statuses: () =>
      facts()
        .filter(({ kind }) => kind === 'state')
        .map(({ name }) => name)
        .filter((name, index, names) => name !== names[index - 1]),
    forgetFacts: () => void (begin = allFacts.length),
    state: () => page.evaluate(() => window.harness.state()),
    untilStatus: (status) => expect(page.locator('#status')).toHaveText(status),
    call: (call) =>
      page.evaluate(
        (call) => window.harness.call(call),
        typeof call === 'string' ? { url: call } : call,
      ),
    calls: (calls) => page.evaluate((calls) => window.harness.calls(calls), calls),
    token: (options) => page.evaluate((options) => window.harness.token(options), options),
    signIn: (options) => page.evaluate((options) => window.harness.signIn(options), options),
    signOut: (options) => page.evaluate((options) => window.harness.signOut(options), options),
    sendBody: (kind, via) =>
      page.evaluate(([kind, via]) => window.harness.sendBody(kind, via), [kind, via] as const),
    beginCall: (call) => page.evaluate((call) => window.harness.beginCall(call), call),
    abort: (reason) => page.evaluate((reason) => window.harness.abort(reason), reason),
    tellOnline: () => page.evaluate(() => window.dispatchEvent(new Event('online'))),
    offerSignIn: (options) =>
      page.evaluate((options) => window.extras.offerSignIn(options), options),
    signInOutcome: () => page.evaluate(() => window.extras.signInOutcome()),
    giveUpSignIn: () => page.evaluate(() => window.extras.giveUpSignIn()),
    signInWithoutLeaving: () => page.evaluate(() => window.extras.signInWithoutLeaving()),
    redirectForStepUps: () => page.evaluate(() => window.extras.redirectForStepUps()),
    follow: (kind, url) =>
      page.evaluate(([kind, url]) => window.extras.follow(kind, url), [kind, url] as const),
    notesOf: (kind) => page.evaluate((kind) => window.extras.notesOf(kind), kind),
    endOf: (kind) => page.evaluate((kind) => window.extras.endOf(kind), kind),
    sendStream: (url, via) =>
      page.evaluate(([url, via]) => window.extras.sendStream(url, via), [url, via] as const),
    async openPopup() {
      // not the page's own event: COOP may cut the popup off before it is told
      const opened = page.context().waitForEvent('page')
      await page.click('#offered')
      return opened
    },
    startTraffic: (rate) => page.evaluate((rate) => window.harness.startTraffic(rate), rate),
    stopTraffic: () => page.evaluate(() => window.harness.stopTraffic()),
    cdp: () => page.context().newCDPSession(page),
  }
}
