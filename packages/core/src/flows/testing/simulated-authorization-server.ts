/**
 * An authorization server in memory, deterministic, as strict as they come: every refresh rotates, a refresh token used twice revokes its whole
 * family at once (RFC 9700 §4.14.2), no grace. It is reached through a tab's own `fetch`, so that a frozen tab hears no answer and a dead one never.
 */
import type { Clock } from '../../environment/environment.js'
import type { FakeTab } from '../../environment/testing/fake-browser.js'
import type { Protocol, RefreshOutcome } from '../../protocol/protocol.js'
import { simulatedProtocol } from './simulated-protocol.js'

/** What becomes of one refresh request. */
export type RefreshFate =
  | 'granted'
  /** Executed, but the answer never comes. */
  | 'answer-lost'
  /** The network fails before the server hears of it. */
  | 'request-lost'
  /** Never arrives, never answers: the client has to give up. */
  | 'silence'
  | 'refused'
  | 'unavailable'
  | 'looks-refused'
  | { readonly retryAfterMs: number }
  | 'configuration'
  /** Executed, with tokens of somebody else. */
  | 'wrong-subject'
  /** Executed, with an ID token that fails a check. */
  | 'invalid-id-token'

/** Where a refresh is, for tests that crash or freeze a tab at that very point. */
export type RefreshMoment = 'before-send' | 'sent' | 'executed' | 'answered'

export type RefreshListener = (moment: RefreshMoment, tab: FakeTab, refreshToken: string) => void

/** One use of a refresh token. */
export interface RefreshUse {
  readonly refreshToken: string
  readonly tab: FakeTab
  readonly sentAt: number
  readonly resource: string | undefined
  /** The tab has heard how it came out, or given up. */
  isOver: boolean
  /** What the server made of it. */
  outcome?: 'granted' | 'refused' | 'reuse' | 'failed'
  /** What the tab heard. */
  heard?: RefreshOutcome['kind']
  /** The refresh token that came of it. */
  successor?: string
}

export interface TokenFamily {
  readonly user: string
  /** The refresh token that would be accepted now. */
  current: string
  readonly spent: Set<string>
  revokedBecause: 'reuse' | 'asked' | 'refused' | undefined
}

export interface SimulatedAuthorizationServer {
  readonly uses: readonly RefreshUse[]
  /** Uses of a refresh token that another living tab had in use at the same moment. */
  readonly overlaps: readonly RefreshUse[]
  readonly revocations: readonly { readonly refreshToken: string; readonly family: TokenFamily }[]
  /** Life of the access tokens from now on; 0 = it does not say. */
  lifetimeMs: number
  /** Whether a refresh brings a new refresh token. Default `true`. */
  rotates: boolean
  /** Whether a sign-in brings a refresh token. Default `true`. */
  grantsRefreshTokens: boolean
  /** How long each way takes. */
  latencyMs: () => number
  /** What becomes of the next refresh requests, in order; then `usually`. */
  readonly fates: RefreshFate[]
  usually: RefreshFate
  readonly fetch: typeof fetch
  protocolOf(tab: FakeTab): Protocol
  /** Issues the first tokens of a session. */
  signIn(user: string): IssuedTokens
  familyOf(refreshToken: string): TokenFamily | undefined
  userOf(accessToken: string): string | undefined
  /** How long APIs will let it in; 0 or less: they do not. */
  lifeLeftMs(accessToken: string): number
  /** No API lets this token in any more. */
  refuse(accessToken: string): void
  /** What stands in the store, for whoever hears of a revocation. */
  peek: () => unknown
  /** Called when a tab redeems a code. */
  onCode(listener: (tab: string) => void): void
  /** Called when a refresh token is used a second time. `isAwaited`: a living tab waits for the answer. */
  onReuse(listener: (use: RefreshUse, isAwaited: boolean) => void): void
  onRevocation(listener: (refreshToken: string, family: TokenFamily, stored: unknown) => void): void
  onMoment(listener: RefreshListener): void
}

export interface IssuedTokens {
  readonly accessToken: string
  readonly refreshToken: string | undefined
  readonly idToken: string
  readonly lifetimeMs: number
  readonly user: string
}

/** What the simulated protocol asks, and what it is told. */
export interface SimulatedRequest {
  readonly kind: 'refresh' | 'code' | 'revoke'
  readonly token: string
  readonly resource?: string | undefined
  readonly tab?: string
}
export type SimulatedAnswer =
  | { readonly kind: 'granted'; readonly tokens: IssuedTokens }
  | { readonly kind: Exclude<Extract<RefreshFate, string>, 'granted'> }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }

export function createSimulatedAuthorizationServer(clock: Clock): SimulatedAuthorizationServer {
  const families: TokenFamily[] = []
  const uses: RefreshUse[] = []
  const overlaps: RefreshUse[] = []
  const revocations: { refreshToken: string; family: TokenFamily }[] = []
  const accessTokens = new Map<string, { user: string; expiresAtMs: number }>()
  const refused = new Set<string>()
  const listeners: RefreshListener[] = []
  const revocationListeners: ((token: string, family: TokenFamily, stored: unknown) => void)[] = []
  const reuseListeners: ((use: RefreshUse, isAwaited: boolean) => void)[] = []
  const codeListeners: ((tab: string) => void)[] = []
  let issued = 0

  const familyOf = (refreshToken: string) =>
    families.find((family) => family.current === refreshToken || family.spent.has(refreshToken))

  function issue(user: string, refreshToken: string | undefined): IssuedTokens {
    const accessToken = `secret-at-${++issued}-${user}`
    const lifeMs = server.lifetimeMs || Infinity
    accessTokens.set(accessToken, { user, expiresAtMs: clock.monotonic() + lifeMs })
    const idToken = `secret-id-${issued}-${user}`
    return { accessToken, refreshToken, idToken, lifetimeMs: server.lifetimeMs, user }
  }

  function execute(use: RefreshUse, fate: RefreshFate): SimulatedAnswer {
    const { refreshToken } = use
    if (typeof fate === 'object') return { kind: 'throttled', retryAfterMs: fate.retryAfterMs }
    if (fate === 'unavailable' || fate === 'configuration' || fate === 'looks-refused')
      return { kind: fate }
    const family = familyOf(refreshToken)
    if (!family || family.revokedBecause || fate === 'refused') {
      if (family) family.revokedBecause ??= 'refused'
      use.outcome = 'refused'
      return { kind: 'refused' }
    }
    if (family.spent.has(refreshToken)) {
      family.revokedBecause = 'reuse'
      use.outcome = 'reuse'
      for (const listener of reuseListeners) listener(use, use.tab.isOpen && !use.isOver)
      return { kind: 'refused' }
    }
    use.outcome = 'granted'
    if (server.rotates) {
      family.spent.add(refreshToken)
      use.successor = family.current = `secret-rt-${++issued}-${family.user}`
    }
    const tokens = issue(
      fate === 'wrong-subject' ? 'mallory' : family.user,
      server.rotates ? family.current : undefined,
    )
    if (fate === 'wrong-subject' || fate === 'invalid-id-token') return { kind: fate }
    return { kind: 'granted', tokens }
  }

  const server: SimulatedAuthorizationServer = {
    uses,
    overlaps,
    revocations,
    lifetimeMs: 300_000,
    rotates: true,
    grantsRefreshTokens: true,
    latencyMs: () => 50,
    fates: [],
    usually: 'granted',
    familyOf,
    userOf: (accessToken) => accessTokens.get(accessToken)?.user,
    lifeLeftMs: (accessToken) =>
      refused.has(accessToken)
        ? 0
        : (accessTokens.get(accessToken)?.expiresAtMs ?? 0) - clock.monotonic(),
    refuse: (accessToken) => void refused.add(accessToken),
    peek: () => undefined,
    onCode: (listener) => void codeListeners.push(listener),
    onReuse: (listener) => void reuseListeners.push(listener),
    onRevocation: (listener) => void revocationListeners.push(listener),
    onMoment: (listener) => void listeners.push(listener),
    signIn(user) {
      const refreshToken = server.grantsRefreshTokens ? `secret-rt-${++issued}-${user}` : undefined
      if (refreshToken)
        families.push({
          user,
          current: refreshToken,
          spent: new Set(),
          revokedBecause: undefined,
        })
      return issue(user, refreshToken)
    },
    protocolOf: (tab) =>
      simulatedProtocol(server, tab, {
        begin(refreshToken, resource) {
          tell('before-send', tab, refreshToken)
          const use: RefreshUse = {
            refreshToken,
            tab,
            resource,
            sentAt: clock.monotonic(),
            isOver: false,
          }
          // the tab may have died at this very moment
          if (!tab.isOpen) return use
          if (
            uses.some(
              (other) => !other.isOver && other.tab.isOpen && other.refreshToken === refreshToken,
            )
          )
            overlaps.push(use)
          uses.push(use)
          return use
        },
        end(use, heard) {
          use.isOver = true
          use.heard = heard
          tell('answered', tab, use.refreshToken)
        },
      }),
    fetch: (_url, init) =>
      new Promise((resolve, reject) => {
        const { kind, token, tab } = JSON.parse(String(init?.body)) as SimulatedRequest
        if (tab !== undefined) for (const listener of codeListeners) listener(tab)
        init?.signal?.addEventListener('abort', () => reject(new Error('simulated: given up')))
        const use =
          kind === 'refresh' ? uses.filter((one) => one.refreshToken === token).at(-1) : undefined
        const fate = use ? (server.fates.shift() ?? server.usually) : 'granted'
        if (use) tell('sent', use.tab, token)
        clock.setTimer(() => {
          if (fate === 'silence') return
          if (fate === 'request-lost') return reject(new Error('simulated: network failed'))
          const answer = answerTo(kind, token, use, fate)
          if (use?.outcome === 'granted') tell('executed', use.tab, token)
          clock.setTimer(() => {
            if (fate === 'answer-lost') reject(new Error('simulated: connection reset'))
            else resolve(Response.json(answer))
          }, server.latencyMs())
        }, server.latencyMs())
      }),
  }

  function answerTo(
    kind: SimulatedRequest['kind'],
    token: string,
    use: RefreshUse | undefined,
    fate: RefreshFate,
  ): SimulatedAnswer {
    if (kind === 'refresh' && use) return execute(use, fate)
    if (kind === 'code') return { kind: 'granted', tokens: server.signIn(token) }
    const family = familyOf(token)
    if (family) {
      revocations.push({ refreshToken: token, family })
      for (const listener of revocationListeners) listener(token, family, server.peek())
      family.revokedBecause ??= 'asked'
    }
    return { kind: 'refused' }
  }

  function tell(...moment: Parameters<RefreshListener>): void {
    for (const listener of listeners) listener(...moment)
  }

  return server
}
