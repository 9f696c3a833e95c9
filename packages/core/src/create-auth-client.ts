/** Wires environment, session and flows: the plan of the house. What the first screen does not need is loaded later. */
import {
  requestDoor,
  type AuthClient,
  type AuthClientOptions,
  type SignInOptions,
} from './auth-client.js'
import { browserStart, isBrowser } from './environment/browser-start.js'
import type { StartEnvironment } from './environment/environment.js'
import { captureCallback } from './flows/capture-callback.js'
import type { ClientShell, PageRegistry } from './flows/client-context.js'
import type { SessionKeeper } from './flows/keep-session.js'
import { lateCode } from './flows/late-code.js'
import { restoreAtStart } from './flows/restore-at-start.js'
import type { RequestDoor } from './session/request-door.js'
import { checkOptions } from './session/check-options.js'
import { clientNames, statePrefix } from './session/client-names.js'
import { findResource, resolveResource, tokenKey } from './session/resource.js'
import { createSessionMemory } from './session/session-memory.js'
import type { UserClaims } from './session/state.js'
import { toUser } from './session/user-claims.js'

/** When the rest of the client is loaded though nothing has needed it yet. */
const firstScreenMs = 250

/**
 * Creates the client. Call it at the top of the entry module: a response in the URL is taken out at once, and the stored session is restored
 * without any network request. On a server it gives an inert client that stays `restoring`.
 *
 * @throws {ConfigurationError} An option is wrong; the message names it and says what to write.
 */
export function createAuthClient<User = UserClaims>(
  options: AuthClientOptions<User>,
): AuthClient<User> {
  return isBrowser()
    ? assembleClient(
        options,
        browserStart(window, options.storage, options.fetch),
        pageRegistry(globalThis),
      )
    : serverClient()
}

/** The client on any environment: what tests and other hosts use. */
export function assembleClient<User = UserClaims>(
  options: AuthClientOptions<User>,
  start: StartEnvironment,
  registry: PageRegistry,
  loadProtocol?: ClientShell['loadProtocol'],
): AuthClient<User> {
  const { page, clock } = start
  checkOptions(options, page.url())
  const names = clientNames(options.issuer, options.clientId, options.name ?? '')
  const response = captureCallback(page, options.redirectUri, statePrefix(options.name))
  // '!' (signed out) and '-' (ended) come before '/', sessions and '~' (spent) after it
  const marker = page.readMarker(names.shared)
  const memory = createSessionMemory<User>(clock, (marker ?? '') > '/')
  const goodPaths = new Set<string>()
  const resources = (options.resources ?? []).map((resource) =>
    resolveResource(resource, page.baseUrl()),
  )
  let keeping: Promise<SessionKeeper> | undefined
  let isDisposed = false
  let lastPerson: string | undefined
  let settleRestored = () => {}

  const shell: ClientShell<User> = {
    options,
    start,
    names,
    resources,
    memory,
    registry,
    loadProtocol,
    toUser: ({ claims }) => toUser(claims, options.claimsSchema),
    restored: new Promise((resolve) => (settleRestored = resolve)),
    isDisposed: () => isDisposed,
  }

  /** The rest of the client, once; after a failure to load it the next one who needs it tries again. */
  function keep(): Promise<SessionKeeper> {
    return (keeping ??= lateCode(
      Promise.all([import('./flows/keep-session.js'), start.complete()]),
    ).then(
      ([{ keepSession }, environment]) => keepSession(shell, environment),
      (error: unknown) => {
        keeping = undefined
        throw error
      },
    ))
  }

  /** Handles the response in the URL, or restores the session; a second client of this page waits for the first one's response. */
  async function restore(): Promise<void> {
    const { callbacks } = registry
    await callbacks.get(names.shared)
    if (!response) return restoreAtStart(shell, async () => (await keep()).restore())
    const handled = keep().then((keeper) => keeper.completeSignIn(response))
    callbacks.set(names.shared, handled)
    return handled.finally(() => callbacks.delete(names.shared))
  }

  const stops = [
    start.onSleep(() => (memory.verified = false)),
    clock.setTimer(() => void keep().catch(() => {}), firstScreenMs),
  ]
  void restore()
    .catch((error: unknown) =>
      memory.dispatch({ type: 'nobody-here', reason: 'never-signed-in', error }),
    )
    .then(settleRestored)

  function pin(): string | undefined {
    const { record } = memory
    // survives the sign-out: a request begun after it still belongs to that person
    if (record?.state === 'signed-in')
      lastPerson = `${record.issuer} ${record.subject || record.sessionId}`
    return lastPerson
  }

  function heldToken(key: string, minValidityMs?: number) {
    const token = memory.verified ? memory.token(key) : undefined
    return token && memory.isFresh(token, minValidityMs) ? token : undefined
  }

  return {
    get state() {
      return memory.state
    },
    subscribe: memory.subscribe,
    on: memory.on,
    ready: shell.restored,
    async signIn(signInOptions: SignInOptions = {}) {
      // in the click itself: a browser blocks what is opened after an await
      const popup = signInOptions.display === 'popup' ? start.openPopup() : undefined
      const keeper = await keep().catch((error: unknown) => {
        popup?.close()
        throw error
      })
      return keeper.signIn(signInOptions, popup)
    },
    async getAccessToken(wish = {}) {
      const named = wish.resource === undefined ? undefined : findResource(resources, wish.resource)
      const scope = wish.scope ?? named?.scope
      const resource = named?.resource
      const key = tokenKey(resource, scope)
      const held =
        wish.refused === undefined && !wish.forceRefresh && heldToken(key, wish.minValidityMs)
      if (held) return held.value
      const keeper = await keep()
      return (await keeper.obtainToken({ ...wish, key, resource, scope }, wish.signal)).value
    },
    fetchUserInfo: async () => (await keep()).fetchUserInfo(),
    reportActivity: () => void keep().then((keeper) => keeper.reportActivity()),
    async signOut(signOutOptions = {}) {
      await shell.restored
      const known = memory.leave()
      return (await keep()).signOut(signOutOptions, known)
    },
    [requestDoor]: {
      resources,
      baseUrl: () => page.baseUrl(),
      heldToken,
      pin,
      isPinned: (person) =>
        person === undefined || memory.record?.state !== 'signed-in' || person === pin(),
      goodPaths,
      requests: async () => (await keep()).requests,
    },
    dispose() {
      isDisposed = true
      for (const stop of stops.splice(0)) stop()
      void keeping?.then((keeper) => keeper.dispose())
    },
  }
}

function pageRegistry(scope: object): PageRegistry {
  const shelf = scope as { [key: symbol]: PageRegistry | undefined }
  return (shelf[Symbol.for('latchkey.page.1')] ??= { attempts: new Map(), callbacks: new Map() })
}

/** No page here: renders as `restoring`, and does nothing. */
function serverClient<User>(): AuthClient<User> {
  const nothing = () => {}
  const undo = () => nothing
  const never = () => new Promise<never>(nothing)
  return {
    state: { status: 'restoring', hint: false },
    subscribe: undo,
    on: undo,
    ready: Promise.resolve(),
    signIn: never,
    signOut: never,
    getAccessToken: never,
    fetchUserInfo: never,
    reportActivity: nothing,
    dispose: nothing,
    [requestDoor]: {
      resources: [],
      baseUrl: nothing,
      pin: nothing,
      requests: never,
    } as unknown as RequestDoor,
  }
}
