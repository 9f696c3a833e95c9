/** A browser, an authorization server and pages with a whole client each: the stage of the tests of the flows. */
import { assembleClient } from '../../create-auth-client.js'
import type { AuthClient, AuthClientOptions } from '../../auth-client.js'
import {
  createFakeBrowser,
  type FakeBrowser,
  type FakeBrowserOptions,
  type FakeTab,
} from '../../environment/testing/fake-browser.js'
import { createFakeClock, type FakeClock } from '../../environment/testing/fake-clock.js'
import { clientNames } from '../../session/client-names.js'
import type { AuthEvents, AuthEventType } from '../../session/event.js'
import { recordVersion, type SessionRecord } from '../../session/session-record.js'
import type { PageRegistry } from '../client-context.js'
// loaded ahead: a module that comes by `import()` would take real time
import '../keep-session.js'
import '../recover-request.js'
import {
  createSimulatedAuthorizationServer,
  type SimulatedAuthorizationServer,
} from './simulated-authorization-server.js'
import { simulatedIssuer } from './simulated-protocol.js'

export interface SimulatedPage {
  readonly tab: FakeTab
  readonly auth: AuthClient
  /** What the app was told, in order. */
  readonly events: SimulatedEvent[]
  /** Another client of the same options in the same page. */
  openSecondClient(): SimulatedPage
}

export interface SimulatedEvent {
  readonly type: AuthEventType
  readonly event: AuthEvents[AuthEventType]
}

export interface SimulatedWorld {
  readonly clock: FakeClock
  readonly browser: FakeBrowser
  readonly server: SimulatedAuthorizationServer
  /** Opens a tab with a client, which begins to restore what is stored. */
  openPage(options?: Partial<AuthClientOptions>, url?: string): SimulatedPage
  /** A client on a tab that is open already. */
  loadClient(tab: FakeTab, options?: Partial<AuthClientOptions>): SimulatedPage
  /** Puts the session of a user who has just signed in into the store. */
  storeSession(user?: string, changes?: Partial<SessionRecord>): SessionRecord
  record(): SessionRecord | undefined
  put(record: unknown): void
}

export const apiUrl = 'https://api.test/things'
export const names = clientNames(simulatedIssuer, 'spa', '')

const eventTypes: AuthEventType[] = [
  'signed-in',
  'token-refreshed',
  'refresh-postponed',
  'refresh-stopped',
  'session-ended',
  'session-changed',
  'signed-out',
  'storage-failed',
  'no-refresh-token',
]

export function createSimulatedWorld(
  options: Omit<FakeBrowserOptions, 'clock'> & { clock?: FakeClock } = {},
): SimulatedWorld {
  const { clock = createFakeClock() } = options
  const browser = createFakeBrowser({ ...options, clock })
  const server = createSimulatedAuthorizationServer(clock)
  let sessions = 0

  function loadClient(
    tab: FakeTab,
    clientOptions: Partial<AuthClientOptions> = {},
    registry: PageRegistry = { attempts: new Map(), callbacks: new Map() },
  ): SimulatedPage {
    const protocol = server.protocolOf(tab)
    const auth = assembleClient(
      {
        issuer: simulatedIssuer,
        clientId: 'spa',
        redirectUri: '/callback',
        resources: [{ url: 'https://api.test/' }],
        logger: { warn() {} },
        ...clientOptions,
      },
      tab.start,
      registry,
      async () => protocol,
    )
    const events: SimulatedEvent[] = []
    for (const type of eventTypes) auth.on(type, (event) => events.push({ type, event }))
    return {
      tab,
      auth,
      events,
      openSecondClient: () => loadClient(tab, clientOptions, registry),
    }
  }

  return {
    clock,
    browser,
    server,
    loadClient,
    openPage: (clientOptions, url = 'https://app.test/') =>
      loadClient(browser.openTab({ fetch: server.fetch, url }), clientOptions),
    storeSession(user = 'alice', changes = {}) {
      const tokens = server.signIn(user)
      const stored = browser.store.peek(names.session) as SessionRecord | undefined
      const scope = 'openid profile offline_access'
      const record: SessionRecord = {
        v: recordVersion,
        minReader: 1,
        generation: (stored?.generation ?? 0) + 1,
        state: 'signed-in',
        sessionId: `session-${++sessions}`,
        signOuts: stored?.signOuts ?? 0,
        issuer: simulatedIssuer,
        clientId: 'spa',
        subject: user,
        claims: { iss: simulatedIssuer, sub: user, name: user },
        scope,
        accessTokens: {
          '': {
            value: tokens.accessToken,
            type: 'Bearer',
            scope,
            startedAt: clock.now(),
            lifetime: tokens.lifetimeMs,
            refusals: 0,
          },
        },
        idToken: tokens.idToken,
        ...(tokens.refreshToken && { refreshToken: tokens.refreshToken }),
        ...changes,
      }
      browser.store.put(names.session, record)
      browser.localStorage.setItem(names.shared, record.sessionId)
      return record
    },
    record: () => browser.store.peek(names.session) as SessionRecord | undefined,
    put: (record) => browser.store.put(names.session, record),
  }
}
