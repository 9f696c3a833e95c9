/** Wires environment, session and flows: the plan of the house. */
import {
  requestDoor,
  type AuthClient,
  type AuthClientOptions,
  type SignInOptions,
} from './auth-client.js'
import { browserEnvironment, isBrowser } from './environment/browser-environment.js'
import type { Environment } from './environment/environment.js'
import { browserWindows, type Windows } from './environment/windows.js'
import { ConfigurationError, SignInRequiredError } from './errors.js'
import { leaveSession } from './flows/adopt-session.js'
import { captureCallback } from './flows/capture-callback.js'
import type { ClientContext } from './flows/client-context.js'
import { createRequestDoor } from './flows/create-request-door.js'
import { followOtherTabs } from './flows/follow-other-tabs.js'
import { protocolLoader } from './flows/load-protocol.js'
import { obtainToken, type AttemptRegistry } from './flows/refresh-access-token.js'
import { restoreSession } from './flows/restore-session.js'
import { scheduleRefresh } from './flows/schedule-refresh.js'
import { clientNames, statePrefix } from './session/client-names.js'
import { isSecureUrl, parseUrl, resolveResource, tokenKey } from './session/resource.js'
import { createSessionMemory } from './session/session-memory.js'
import { buildTombstone } from './session/session-record.js'
import type { UserClaims } from './session/state.js'
import { encodeTabMessage, parseTabMessage, type TabMessage } from './session/tab-message.js'
import { userClaims } from './session/user-claims.js'

/** Shared by all clients of one page, of two copies of the library too. */
export interface PageRegistry {
  readonly attempts: AttemptRegistry
  /** Callbacks being handled, by client. */
  readonly callbacks: Map<string, Promise<void>>
}

const preloadMs = 2000

/**
 * Creates the client. Call it at the top of the entry module: a response in the URL is taken out at once, and the stored session is restored
 * without any network request. On a server it gives an inert client that stays `restoring`.
 *
 * @throws {ConfigurationError} An option is wrong; the message names it and says what to write.
 */
export function createAuthClient<User = UserClaims>(
  options: AuthClientOptions<User>,
): AuthClient<User> {
  if (!isBrowser()) return assembleServerClient()
  return assembleClient(
    options,
    browserEnvironment({
      fetch: options.fetch,
      storage: options.storage ?? 'indexeddb',
      scope: globalThis,
    }),
    browserWindows(window),
    pageRegistry(globalThis),
  )
}

/** The client on any environment: what tests and other hosts use. */
export function assembleClient<User = UserClaims>(
  options: AuthClientOptions<User>,
  environment: Environment,
  windows: Windows,
  registry: PageRegistry,
): AuthClient<User> {
  const { page, clock } = environment
  checkOptions(options, page.url())
  const names = clientNames(options.issuer, options.clientId, options.name ?? '')
  const response = captureCallback(page, options.redirectUri, statePrefix(names))
  const marker = page.readMarker(names.shared)
  const warn = (message: string) => (options.logger ?? console).warn(message)
  const memory = createSessionMemory<User>(clock, !!marker && !marker.startsWith('!'), (error) =>
    // a listener's mistake is the app's: it must surface, and must not break ours
    queueMicrotask(() => {
      throw error
    }),
  )
  const channel = environment.openChannel(names.shared)
  const hearers = new Set<(message: TabMessage) => void>()
  let isDisposed = false
  let signingIn: Promise<void> | undefined
  let settleRestored = () => {}

  const context: ClientContext<User> = {
    options,
    environment,
    windows,
    names,
    resources: (options.resources ?? []).map((resource) =>
      resolveResource(resource, page.baseUrl()),
    ),
    memory,
    channel,
    registry: registry.attempts,
    loadProtocol: protocolLoader(options, environment, names),
    toUser: (record) => validateUser(options, userClaims(record.claims)),
    tell: (message) => channel.post(encodeTabMessage(message)),
    hear(listener) {
      hearers.add(listener)
      return () => hearers.delete(listener)
    },
    ownIntents: new Set(),
    spent: new Set(),
    restored: new Promise<void>((resolve) => (settleRestored = resolve)),
    random: Math.random,
    isDisposed: () => isDisposed,
    warn,
  }

  function openChannel(): void {
    channel.open((data) => {
      if (data === undefined) memory.verified = false
      const message = parseTabMessage(data)
      if (message) for (const hearer of [...hearers]) hearer(message)
    })
  }

  openChannel()
  const stops = [
    followOtherTabs(context),
    page.onMoment((moment) => {
      // an open channel keeps the page out of the back/forward cache
      if (moment === 'pagehide') channel.close()
      if (moment === 'pageshow') openChannel()
    }),
  ]
  if (options.proactiveRefresh !== false) stops.push(scheduleRefresh(context, Math.random))
  void start(context, registry, response).then(settleRestored)
  // when the first screen is up: an offline moment or a redeployed site cannot take the code away later
  stops.push(
    clock.setTimer(() => {
      void context.loadProtocol().catch(() => {})
      void import('./flows/attempt-refresh.js').catch(() => {})
    }, preloadMs),
  )

  return {
    get state() {
      return memory.state
    },
    subscribe: memory.subscribe,
    on: memory.on,
    ready: context.restored,
    signIn(signInOptions: SignInOptions = {}) {
      // in the click itself: a browser blocks what is opened after an await
      const popup = signInOptions.display === 'popup' ? windows.openPopup() : undefined
      const running = import('./flows/sign-in.js').then(({ signIn }) =>
        signIn(context, signInOptions, popup),
      )
      signingIn = running
      running
        .catch(() => {})
        .finally(() => (signingIn = signingIn === running ? undefined : signingIn))
      return running
    },
    async getAccessToken({ resource, scope, signal, ...wish } = {}) {
      const named = resource === undefined ? undefined : findResource(context, resource)
      const wanted = scope ?? named?.scope
      const key = tokenKey(named?.resource, wanted)
      const held = memory.verified && !wish.refused && !wish.forceRefresh && memory.token(key)
      if (held && memory.isFresh(held, wish.minValidityMs)) return held.value
      const token = await obtainToken(
        context,
        { ...wish, key, resource: named?.resource, scope: wanted },
        signal,
      )
      return token.value
    },
    async fetchUserInfo() {
      const { fetchUserInfo } = await import('./flows/fetch-user-info.js')
      return fetchUserInfo(context)
    },
    async signOut(signOutOptions = {}) {
      await context.restored
      const known = memory.record?.state === 'signed-in' ? memory.record : undefined
      if (known) leaveSession(context, buildTombstone(known, 'signed-out'), 'this-tab')
      const { signOut } = await import('./flows/sign-out.js')
      await signOut(context, signOutOptions, known)
    },
    reportActivity() {},
    [requestDoor]: createRequestDoor(context, () => signingIn),
    dispose() {
      isDisposed = true
      for (const stop of stops.splice(0)) stop()
      channel.close()
    },
  }
}

/** Handles the response in the URL, or restores the session; a second client of this page waits for the first one's response. */
function start<User>(
  context: ClientContext<User>,
  { callbacks }: PageRegistry,
  response: URLSearchParams | undefined,
): Promise<void> {
  const id = context.names.shared
  const running = callbacks.get(id)
  if (!response)
    return running ? running.then(() => restoreSession(context)) : restoreSession(context)
  const handled = import('./flows/complete-sign-in.js').then(
    ({ completeSignIn }) => completeSignIn(context, response),
    () => restoreSession(context),
  )
  callbacks.set(id, handled)
  return handled.finally(() => callbacks.delete(id))
}

function findResource<User>({ resources }: ClientContext<User>, name: string) {
  const found = resources.find((resource) => resource.name === name)
  if (!found) throw new ConfigurationError('resource', `no resource is named "${name}"`)
  return found
}

function validateUser<User>(options: AuthClientOptions<User>, claims: UserClaims): User {
  const result = options.claimsSchema?.['~standard'].validate(claims)
  if (!result) return claims as User
  if (result instanceof Promise)
    throw new ConfigurationError('claimsSchema', 'must validate synchronously')
  if (result.issues)
    throw new ConfigurationError('claimsSchema', result.issues[0]?.message ?? 'refused the claims')
  return result.value
}

function checkOptions(options: AuthClientOptions<unknown>, pageUrl: string): void {
  const issuer = parseUrl(options.issuer)
  if (!issuer || !isSecureUrl(issuer) || issuer.search || issuer.hash)
    throw new ConfigurationError(
      'issuer',
      'must be the https: URL the authorization server publishes (http: only on loopback)',
    )
  if (!options.clientId) throw new ConfigurationError('clientId', 'is missing')
  const redirectUri = parseUrl(options.redirectUri, pageUrl)
  if (!redirectUri || redirectUri.hash || options.redirectUri.includes('#'))
    throw new ConfigurationError('redirectUri', 'must be a URL or path without a fragment')
}

function pageRegistry(scope: object): PageRegistry {
  const shelf = scope as { [key: symbol]: PageRegistry | undefined }
  return (shelf[Symbol.for('latchkey.page.1')] ??= { attempts: new Map(), callbacks: new Map() })
}

/** No page here: renders as `restoring`, and does nothing. */
function assembleServerClient<User>(): AuthClient<User> {
  const refuse = () => Promise.reject(new SignInRequiredError('There is no session on a server.'))
  const door = {
    baseUrl: () => '',
    resources: [],
  } as unknown as AuthClient<User>[typeof requestDoor]
  return {
    state: Object.freeze({ status: 'restoring', hint: false }),
    subscribe: () => () => {},
    on: () => () => {},
    ready: Promise.resolve(),
    signIn: refuse,
    signOut: refuse,
    getAccessToken: refuse,
    fetchUserInfo: refuse,
    reportActivity() {},
    dispose() {},
    [requestDoor]: door,
  }
}
