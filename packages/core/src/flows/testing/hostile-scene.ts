/** A whole client in a simulated page, the real protocol layer, and real servers that mean it harm: for tests only. */
import { inspect } from 'node:util'
import { expect, onTestFinished } from 'vitest'
import {
  startHostileIssuer,
  type HostileIssuer,
} from '../../../../dev-issuer/src/testing/hostile-issuer.js'
import type { AuthClient, AuthClientOptions, SignInOptions } from '../../auth-client.js'
import { assembleClient } from '../../create-auth-client.js'
import { isAuthError } from '../../errors.js'
import {
  createFakeBrowser,
  type FakeBrowser,
  type FakeTab,
} from '../../environment/testing/fake-browser.js'
import { createFakeClock, type FakeClock } from '../../environment/testing/fake-clock.js'
import { clientNames, type ClientNames } from '../../session/client-names.js'
import type { AuthEvents, AuthEventType } from '../../session/event.js'
import type { SessionRecord } from '../../session/session-record.js'
import { createAuthFetch, type AuthFetch } from '../auth-fetch.js'

export interface HostilePage {
  readonly tab: FakeTab
  readonly auth: AuthClient
  readonly authFetch: AuthFetch
  readonly events: AuthEventType[]
}

export interface HostileScene {
  readonly issuer: HostileIssuer
  readonly browser: FakeBrowser
  readonly clock: FakeClock
  readonly names: ClientNames
  /** The API's address; resources below it are listed. */
  readonly apiUrl: string
  /** Opens a tab with a client and waits until it is ready. */
  open(url?: string, options?: Partial<AuthClientOptions>): Promise<HostilePage>
  /** Loads the next page in the tab: default where it asked to go. */
  load(tab: FakeTab, url?: string, options?: Partial<AuthClientOptions>): Promise<HostilePage>
  /** Sends the user to sign in; gives the address of the authorization request. */
  leave(page: HostilePage, options?: SignInOptions): Promise<string>
  /** Leaves, signs in and comes back. `forge` changes the parameters of the response. */
  signIn(
    page: HostilePage,
    options?: SignInOptions,
    forge?: (response: URLSearchParams) => void,
  ): Promise<HostilePage>
  /** Real time goes on until the promise settles, and simulated time with it. */
  settle<Result>(promise: Promise<Result>): Promise<Result>
  /** The same until a condition holds. */
  until(isDone: () => boolean): Promise<void>
  /** What the promise rejects with; it must be ours and harmless. */
  failure(promise: Promise<unknown>): Promise<{ readonly code: string }>
  record(): SessionRecord | undefined
  /** Every place where a secret is that has no business there. */
  findLeaks(): string[]
}

const eventTypes: AuthEventType[] = [
  'signed-in',
  'token-refreshed',
  'refresh-postponed',
  'refresh-stopped',
  'session-ended',
  'session-changed',
  'signed-out',
  'storage-failed',
  'step-up-required',
  'no-refresh-token',
]

/** When the test is over, no secret may have leaked. */
export async function startHostileScene(
  options: Partial<AuthClientOptions> = {},
  issuerOptions: Parameters<typeof startHostileIssuer>[0] = {},
): Promise<HostileScene> {
  const issuer = await startHostileIssuer(issuerOptions)
  const clock = createFakeClock(Date.now())
  const browser = createFakeBrowser({ clock })
  const apiUrl = `${issuer.issuer}/api/`
  const names = clientNames(options.issuer ?? issuer.issuer, 'spa', '')
  const pages: HostilePage[] = []
  const told: { sink: string; text: string }[] = []
  const tell = (sink: string, what: unknown) =>
    told.push({ sink, text: typeof what === 'string' ? what : inspect(what, { depth: 8 }) })
  browser
    .openTab({ url: 'https://app.test/spy' })
    .environment.openChannel(names.shared)
    .open((message) => tell('a message', message))

  function start(tab: FakeTab, changes: Partial<AuthClientOptions> = {}): HostilePage {
    const auth = assembleClient(
      {
        issuer: issuer.issuer,
        clientId: 'spa',
        redirectUri: '/callback',
        resources: [{ url: apiUrl }],
        proactiveRefresh: false,
        logger: { debug: (text) => tell('a hint', text), warn: (text) => tell('a warning', text) },
        ...options,
        ...changes,
      },
      tab.start,
      { attempts: new Map(), callbacks: new Map() },
    )
    const events: AuthEventType[] = []
    for (const type of eventTypes)
      auth.on(type, (event: AuthEvents[AuthEventType]) => {
        events.push(type)
        tell(`the event ${type}`, event)
      })
    auth.subscribe(() => tell('the state', auth.state))
    const page = { tab, auth, authFetch: createAuthFetch(auth), events }
    pages.push(page)
    return page
  }

  async function settle<Result>(promise: Promise<Result>): Promise<Result> {
    let isPending = true
    const stop = () => (isPending = false)
    promise.then(stop, stop)
    for (let before = Math.floor(performance.now()); isPending;) {
      // the network needs the processor, too
      await new Promise((resolve) => setTimeout(resolve, 1))
      const now = Math.floor(performance.now())
      await clock.advance(now - before)
      before = now
    }
    return promise
  }

  /** A condition that never comes fails the time limit of its test. */
  async function until(isDone: () => boolean): Promise<void> {
    await settle(
      (async () => {
        while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 1))
      })(),
    )
  }

  const scene: HostileScene = {
    issuer,
    browser,
    clock,
    names,
    apiUrl,
    async open(url = 'https://app.test/', changes = {}) {
      const page = start(browser.openTab({ url, fetch }), changes)
      await settle(page.auth.ready)
      return page
    },
    async load(tab, url, changes) {
      const page = start(tab.navigate(url), changes)
      await settle(page.auth.ready)
      return page
    },
    async leave({ auth, tab }, signInOptions) {
      let failed: unknown
      auth.signIn(signInOptions).catch((error: unknown) => (failed = error))
      await until(() => tab.destination !== undefined || failed !== undefined)
      if (failed) throw failed as Error
      return tab.destination ?? expect.unreachable()
    },
    async signIn(page, signInOptions, forge) {
      const response = issuer.authorize(await scene.leave(page, signInOptions))
      forge?.(response)
      return scene.load(page.tab, `https://app.test/callback?${response.toString()}`)
    },
    settle,
    until,
    async failure(promise) {
      const error: unknown = await settle(
        promise.then(
          () => expect.unreachable('it was accepted'),
          (reason: unknown) => reason,
        ),
      )
      expect(isAuthError(error), inspect(error)).toBe(true)
      tell('an error', error)
      tell('an error', String(error))
      return error as { code: string }
    },
    record: () => browser.store.peek(names.session) as SessionRecord | undefined,
    findLeaks: () => [...misplaced(issuer), ...inSinks()],
  }

  function inSinks(): string[] {
    for (const { tab } of pages) if (tab.isOpen) tell('the address', tab.environment.page.url())
    for (let index = 0; index < browser.localStorage.length; index++)
      tell('localStorage', browser.localStorage.getItem(browser.localStorage.key(index) ?? ''))
    return told
      .filter(({ text }) => [...issuer.secrets].some((secret) => text.includes(secret)))
      .map(({ sink, text }) => `a secret in ${sink}: ${text}`)
  }

  onTestFinished(async () => {
    for (const { auth } of pages) auth.dispose()
    await issuer.close()
    expect(scene.findLeaks()).toEqual([])
  })
  return scene
}

/** INV1 to INV3: what the server received where it should not have. */
export function misplaced({ requests, secrets }: HostileIssuer): string[] {
  return requests.flatMap(({ path, method, headers, query, text }) => {
    const { authorization, dpop, ...others } = headers
    const isToken = /\/(token|revoke)$/.test(path)
    const mayHaveAccess = /\/(userinfo|api\/.*)$/.test(path)
    const parts: [string, string | undefined, boolean][] = [
      ['the URL', query.toString(), false],
      ['the body', text, isToken || path.endsWith('/par')],
      [
        'Authorization',
        authorization,
        mayHaveAccess && !/ (rt-|code-|ey)/.test(authorization ?? ''),
      ],
      ['DPoP', String(dpop ?? ''), isToken || mayHaveAccess || path.endsWith('/par')],
      ['a header', JSON.stringify(others), false],
    ]
    return parts
      .filter(
        ([, value, isHome]) => !isHome && [...secrets].some((secret) => value?.includes(secret)),
      )
      .map(([part]) => `a secret in ${part} of ${method} ${path}`)
  })
}
