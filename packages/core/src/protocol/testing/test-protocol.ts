/** The protocol layer against a scripted authorization server, with the oracle that no error holds a secret: for tests only. */
import { inspect } from 'node:util'
import { expect, onTestFinished } from 'vitest'
import type { Clock } from '../../environment/environment.js'
import { isAuthError, type AuthError } from '../../errors.js'
import { createProtocol } from '../index.js'
import type {
  AuthorizationRequestInput,
  CachedMetadata,
  PendingRequest,
  Protocol,
  ProtocolConfig,
  RefreshGrantInput,
  RefreshOutcome,
  TokenSet,
} from '../protocol.js'
import {
  startHostileIssuer,
  type HostileIssuer,
} from '../../../../dev-issuer/src/testing/hostile-issuer.js'

export interface SignedIn {
  readonly tokens: TokenSet
  readonly pending: PendingRequest
}

export interface TestProtocol {
  readonly server: HostileIssuer
  readonly protocol: Protocol
  readonly config: ProtocolConfig
  /** Goes to the authorization server and back, and redeems the code. */
  signIn(input?: Partial<AuthorizationRequestInput>): Promise<SignedIn>
  /** Refreshes the tokens of a sign-in. Fails the test if the outcome tells a secret. */
  refresh(signedIn: SignedIn, input?: Partial<RefreshGrantInput>): Promise<RefreshOutcome>
  /** What the promise rejects with. Fails the test if that is no error of ours, or tells a secret. */
  failure(promise: Promise<unknown>): Promise<AuthError & { readonly oauthError?: string }>
}

export const wallClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

export const signInInput: AuthorizationRequestInput = {
  statePrefix: 'lk.',
  redirectUri: 'https://app.example/callback',
  scope: 'openid profile offline_access',
  resources: [],
  display: 'redirect',
}

/** Starts a server of its own unless one is given. */
export async function startTestProtocol(
  overrides: Partial<ProtocolConfig> = {},
  given?: HostileIssuer,
): Promise<TestProtocol> {
  const server = given ?? (await startHostileIssuer())
  if (!given) onTestFinished(() => server.close())
  const config = protocolConfig(server.issuer, overrides)
  const protocol = createProtocol(config)

  return {
    server,
    protocol,
    config,
    async signIn(input) {
      const { url, pending } = await protocol.buildAuthorizationRequest({
        ...signInInput,
        ...input,
      })
      const response = await protocol.validateAuthorizationResponse(server.authorize(url), pending)
      return { pending, tokens: await protocol.authorizationCodeGrant(response, pending) }
    },
    async refresh({ tokens, pending }, input) {
      const outcome = await protocol.refreshTokenGrant({
        refreshToken: tokens.refreshToken ?? '',
        claims: tokens.claims,
        signal: new AbortController().signal,
        ...(pending.dpopKey && { dpopKey: pending.dpopKey }),
        ...input,
      })
      if ('error' in outcome) expectHarmless(outcome.error, server)
      return outcome
    },
    async failure(promise) {
      const error: unknown = await promise.then(
        () => expect.unreachable('it was accepted'),
        (reason: unknown) => reason,
      )
      expectHarmless(error, server)
      return error as AuthError
    },
  }
}

export function protocolConfig(
  issuer: string,
  overrides: Partial<ProtocolConfig> = {},
): ProtocolConfig {
  return {
    issuer,
    clientId: 'spa',
    metadata: undefined,
    allowedEndpointOrigins: [],
    authorizationParams: {},
    tokenParams: {},
    clockToleranceMs: 600_000,
    idTokenSigningAlgorithms: undefined,
    dpop: 'off',
    par: false,
    fetch,
    clock: wallClock,
    cache: memoryCache(),
    ...overrides,
  }
}

/** What a store would keep: a clone. */
export function memoryCache(
  cached?: CachedMetadata,
): ProtocolConfig['cache'] & { cached: unknown } {
  const cache = {
    cached: cached as unknown,
    read: async () => structuredClone(cache.cached),
    write: async (written: CachedMetadata) => void (cache.cached = structuredClone(written)),
  }
  return cache
}

/** INV4: an error of ours, and no token, code, verifier or proof in it, its causes or its stack. */
export function expectHarmless(error: unknown, { secrets }: Pick<HostileIssuer, 'secrets'>): void {
  expect(isAuthError(error), inspect(error)).toBe(true)
  const told = tellAll(error)
  for (const secret of secrets) expect(told).not.toContain(secret)
}

function tellAll(error: unknown): string {
  const { cause, stack } = error as Error
  const all = inspect(error, { depth: 8, showHidden: true }) + String(error) + JSON.stringify(error)
  return all + String(stack) + (cause === undefined ? '' : tellAll(cause))
}
