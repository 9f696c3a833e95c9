// Starts an OpenID provider on this machine, for development and tests.
import { randomBytes } from 'node:crypto'
import type { RequestListener } from 'node:http'
import type { Adapter } from 'oidc-provider'
import type { DevIssuer } from './dev-issuer.js'
import { createFaults } from './faults.js'
import { requestHandler } from './handle-request.js'
import { createInMemoryStore } from './in-memory-store.js'
import { listenOnLoopback } from './listen.js'
import { loadOidcProvider } from './load-oidc-provider.js'
import { resolveOptions, wholeSeconds, type DevIssuerOptions } from './options.js'
import { providerConfiguration } from './provider-configuration.js'
import { withRefreshGrace } from './refresh-grace.js'
import { bufferBody } from './request-body.js'
import { createRequestLog, isTokenRequest } from './request-log.js'
import { signJwt } from './sign-jwt.js'
import { generateSigningKeys, type SigningKey } from './signing-keys.js'
import { createTokenLedger } from './token-ledger.js'

/**
 * Starts the issuer and waits until it listens on the loopback addresses.
 *
 * @throws The system's error, with code `EADDRINUSE` if the port is taken.
 */
export async function startDevIssuer(options: DevIssuerOptions = {}): Promise<DevIssuer> {
  const oidc = await loadOidcProvider()
  let keys = await generateSigningKeys()
  let handle: RequestListener = (_request, response) => response.writeHead(503).end()
  const server = await listenOnLoopback(options.port ?? 0, (request, response) => {
    // A request that breaks off while its body is read gets no answer: nobody is there to have it.
    bufferBody(request).then(
      (buffered) => handle(buffered, response),
      () => response.destroy(),
    )
  })
  const settings = resolveOptions(options, server.port)
  const cookieKey = randomBytes(32).toString('hex')

  const store = createInMemoryStore()
  const ledger = createTokenLedger()
  const log = createRequestLog()
  const faults = createFaults()
  const refreshTokens = withRefreshGrace(store.adapterFor('RefreshToken'), {
    graceMs: () => settings.refreshTokenGraceSeconds * 1000,
    now: Date.now,
  })
  const adapterFor = (model: string): Adapter =>
    model === 'RefreshToken' ? refreshTokens : store.adapterFor(model)

  const issuer: DevIssuer = {
    url: settings.issuerUrl,
    port: server.port,
    events: log.events,
    get tokenRequests() {
      return log.events.filter(isTokenRequest)
    },
    get counters() {
      return log.counters()
    },
    get reuseDetections() {
      return log.counters().reuseDetections
    },
    faults,
    clearEvents: log.clear,
    onEvent: log.onEvent,
    expireAccessTokens() {
      ledger.expireAccessTokens()
      store.removeAccessTokens()
    },
    revokeSession(target, { endBrowserSession = false } = {}) {
      const families = ledger
        .families()
        .filter(({ revoked }) => !revoked)
        .filter(({ familyId, subject }) => !target || target === familyId || target === subject)
      for (const { familyId, subject } of families) {
        store.revokeGrant(familyId)
        ledger.markRevoked(familyId)
        if (endBrowserSession) store.endBrowserSessions(subject)
      }
      return families.length
    },
    setAccessTokenLifetime(seconds) {
      settings.accessTokenLifetimeSeconds = wholeSeconds('access token lifetime', seconds, 1)
    },
    setRefreshTokenGrace(seconds) {
      settings.refreshTokenGraceSeconds = wholeSeconds('refresh token grace', seconds, 0)
    },
    isAccessTokenAlive: ledger.isAccessTokenAlive,
    signJwt: (claims, jwtOptions) => signJwt(keys, claims, jwtOptions),
    async rotateKeys({ keepPrevious = true } = {}) {
      const fresh = await generateSigningKeys()
      // The first key that fits signs; the ones behind it are only published.
      keys = keepPrevious ? [...fresh, ...keys] : fresh
      handle = providerHandler(keys)
    },
    async close() {
      faults.clear()
      await server.close()
    },
  }

  function providerHandler(signingKeys: SigningKey[]): RequestListener {
    const parts = { settings, adapterFor, keys: signingKeys, cookieKey }
    const provider = new oidc.Provider(settings.issuerUrl, providerConfiguration(oidc, parts))
    ledger.follow(provider)
    provider.on('grant.revoked', (context) => {
      // At the token endpoint oidc-provider revokes a grant for one reason: a used refresh token or code came back.
      const { route, params } = context.oidc
      const isRefresh = route === 'token' && params?.grant_type === 'refresh_token'
      if (isRefresh) context.state.refreshTokenReused = true
    })
    provider.on('server_error', (_context, error) => console.error(error))
    provider.use(requestHandler(provider, { settings, log, faults, ledger, controls: issuer }))
    return provider.callback()
  }

  handle = providerHandler(keys)
  return issuer
}
