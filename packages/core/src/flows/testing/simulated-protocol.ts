/** The protocol layer against the simulated authorization server: the same interface, no cryptography. */
import {
  AuthError,
  RefreshPostponedError,
  SignInFailedError,
  TokenEndpointError,
} from '../../errors.js'
import type { FakeTab } from '../../environment/testing/fake-browser.js'
import type {
  PendingRequest,
  Protocol,
  RefreshOutcome,
  TokenSet,
  ValidatedAuthorizationResponse,
} from '../../protocol/protocol.js'
import { notExecuted } from '../../protocol/refresh-refusal.js'
import type {
  IssuedTokens,
  RefreshUse,
  SimulatedAnswer,
  SimulatedAuthorizationServer,
  SimulatedRequest,
} from './simulated-authorization-server.js'

/** How the server keeps track of what a tab does with a refresh token. */
export interface UseLog {
  begin(refreshToken: string, resource: string | undefined): RefreshUse
  end(use: RefreshUse, heard: RefreshOutcome['kind']): void
}

export const simulatedIssuer = 'https://as.test'

export function simulatedProtocol(
  _server: SimulatedAuthorizationServer,
  { id, environment }: FakeTab,
  log: UseLog,
): Protocol {
  const { clock } = environment

  async function ask(request: SimulatedRequest, signal?: AbortSignal): Promise<SimulatedAnswer> {
    const response = await environment.fetch(`${simulatedIssuer}/token`, {
      method: 'POST',
      body: JSON.stringify(request),
      ...(signal && { signal }),
    })
    return (await response.json()) as SimulatedAnswer
  }

  return {
    prepare: async () => {},
    async buildAuthorizationRequest({ redirectUri, scope, display, returnTo, statePrefix }) {
      const state = statePrefix + environment.randomId()
      const pending: PendingRequest = {
        state,
        nonce: 'secret-nonce',
        codeVerifier: 'secret-verifier',
        redirectUri,
        issuer: simulatedIssuer,
        clientId: 'spa',
        scope,
        createdAt: clock.now(),
        display,
        ...(returnTo !== undefined && { returnTo }),
      }
      return { url: `${simulatedIssuer}/authorize?state=${encodeURIComponent(state)}`, pending }
    },
    async validateAuthorizationResponse(parameters) {
      const code = parameters.get('code')
      if (!code) throw new SignInFailedError('access-denied', 'simulated: the user said no')
      return { code } as unknown as ValidatedAuthorizationResponse
    },
    async authorizationCodeGrant(response) {
      const startedAt = clock.now()
      const { code } = response as unknown as { code: string }
      const answer = await ask({ kind: 'code', token: code, tab: id }).catch((cause: unknown) => {
        throw new RefreshPostponedError('offline', 'simulated: no network', cause)
      })
      if (answer.kind !== 'granted') throw refusal('invalid_grant', 400)
      return tokenSet(answer.tokens, startedAt)
    },
    async refreshTokenGrant({ refreshToken, resource, signal, dpopKey }) {
      if (dpopKey && !dpopKey.privateKey) return notExecuted(keyLost())
      const startedAt = clock.now()
      const use = log.begin(refreshToken, resource)
      let outcome: RefreshOutcome
      try {
        outcome = toOutcome(
          await ask({ kind: 'refresh', token: refreshToken, resource }, signal),
          startedAt,
        )
      } catch (cause) {
        use.outcome ??= 'failed'
        outcome = {
          kind: 'unknown',
          error: new RefreshPostponedError('offline', 'simulated: no answer', cause),
          reason: signal.aborted ? 'timeout' : 'offline',
        }
      }
      log.end(use, outcome.kind)
      return outcome
    },
    async revoke(refreshToken) {
      await ask({ kind: 'revoke', token: refreshToken }).catch(() => {})
    },
    endSessionUrl: async () => undefined,
    userInfo: async (_accessToken, subject) => ({ sub: subject }),
    async proof({ key }) {
      if (!key.privateKey) throw keyLost()
      return 'simulated-proof'
    },
  }
}

function toOutcome(answer: SimulatedAnswer, startedAt: number): RefreshOutcome {
  switch (answer.kind) {
    case 'granted':
      return { kind: 'granted', tokens: tokenSet(answer.tokens, startedAt) }
    case 'refused':
      return { kind: 'refused', error: refusal('invalid_grant', 400) }
    case 'configuration':
      return { kind: 'configuration', error: refusal('invalid_client', 401) }
    case 'throttled':
      return {
        kind: 'not-executed',
        error: refusal('temporarily_unavailable', 429),
        retryAfterMs: answer.retryAfterMs,
        reason: 'throttled',
        looksRefused: false,
      }
    case 'unavailable':
    case 'looks-refused':
      return {
        kind: 'not-executed',
        error: refusal('server_error', 503),
        retryAfterMs: undefined,
        reason: 'server-error',
        looksRefused: answer.kind === 'looks-refused',
      }
    case 'wrong-subject':
      return {
        kind: 'wrong-subject',
        error: new SignInFailedError('subject-mismatch', 'simulated: somebody else'),
        refreshToken: undefined,
      }
    case 'invalid-id-token':
      return { kind: 'invalid', error: new SignInFailedError('invalid-id-token', 'simulated') }
    default:
      throw new AuthError('token-endpoint', 'simulated: no such answer')
  }
}

function refusal(error: string, status: number): TokenEndpointError {
  return new TokenEndpointError(`simulated: ${error}`, { status, error })
}

function keyLost(): AuthError {
  return new AuthError('proof-key-lost', 'simulated: the key cannot sign')
}

function tokenSet(tokens: IssuedTokens, startedAt: number): TokenSet {
  const { accessToken, refreshToken, idToken, lifetimeMs, user } = tokens
  return {
    accessToken,
    tokenType: 'Bearer',
    startedAt,
    lifetimeMs,
    scope: undefined,
    refreshToken,
    idToken,
    claims: { iss: simulatedIssuer, sub: user, name: user },
  }
}
