// Starts the whole demo in this process: the issuer, the API on an origin of its own, and the app.
import { multiFactorAcr, startDevIssuer, type DevIssuer } from '@latchkey/dev-issuer'
import { createAccessTokenGuard } from './api/access-token.js'
import { createApi } from './api/create-api.js'
import { createEndpoints } from './api/endpoints.js'
import { createNotes } from './api/notes.js'
import { createRequestLog, type RequestLog } from './api/request-log.js'
import { contentSecurityPolicy } from './content-security-policy.js'
import type { DemoOptions, ExternalProvider } from './demo-options.js'
import { answerEcho } from './echo.js'
import { listenOnLoopback, type LoopbackServer } from './loopback-server.js'
import type { PageConfig } from './page-config.js'
import { originsOf, readProviderMetadata } from './provider-metadata.js'
import { serveBuild } from './serve-build.js'
import { serveDevelopment } from './serve-development.js'

export interface Demo {
  /** The app, with a slash at the end. */
  readonly url: string
  /** The API, with a slash at the end. */
  readonly apiUrl: string
  readonly issuerUrl: string
  /** The embedded issuer, to switch faults and read its log; `undefined` with a provider of one's own. */
  readonly issuer: DevIssuer | undefined
  /** What reached the API. */
  readonly requestLog: RequestLog
  /** Names to sign in with. */
  readonly users: readonly string[]
  /** Ends everything; safe to call twice. */
  close(): Promise<void>
}

const apiAudience = 'urn:latchkey:demo-api'
const adminScope = 'notes:admin'
const defaultScope = 'openid profile email offline_access'

/** @throws {PortTakenError} The app's port is taken. */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  const closing: (() => Promise<void>)[] = []
  let closed: Promise<void> | undefined
  const close = () =>
    (closed ??= (async () => {
      // The last one opened is closed first: nothing answers with what is gone.
      for (const end of closing.toReversed()) await end()
    })())
  try {
    return { ...(await open(options, (end) => closing.push(end))), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function open(
  options: DemoOptions,
  onClose: (end: () => Promise<void>) => void,
): Promise<Omit<Demo, 'close'>> {
  const { port = 5173, apiPort = 5174, provider } = options
  const app = await listenOnLoopback({ port, purpose: 'the app' })
  onClose(app.close)
  const api = await listenOnLoopback({ port: apiPort, purpose: 'the API', orAnyPort: true })
  onClose(api.close)
  const issuer = provider ? undefined : await startIssuer(options, app.origin)
  if (issuer) onClose(issuer.close)

  const issuerUrl = provider?.issuer ?? issuer?.url ?? ''
  // Read once here too, so that a mistake in ISSUER is told at the start and not at the first sign-in.
  const metadata = await readProviderMetadata(issuerUrl)
  const config: PageConfig = {
    issuer: issuerUrl,
    clientId: provider?.clientId ?? 'demo-app',
    scope: provider?.scope ?? defaultScope,
    apiUrl: `${api.origin}/`,
    embedded: issuer !== undefined,
  }
  const requestLog = createRequestLog()
  api.handle(apiFor(config, app, requestLog, issuer, provider))

  const files = options.build
    ? await serveBuild(config, contentSecurityPolicy(originsOf(metadata), api.origin))
    : await serveDevelopment(app.server, config)
  onClose(files.close)
  app.handle((request, response) => {
    if (!answerEcho(request, response)) files.listener(request, response)
  })

  return {
    url: `${app.origin}/`,
    apiUrl: config.apiUrl,
    issuerUrl,
    issuer,
    requestLog,
    users: provider ? [] : ['Ada Lovelace', 'Grace Hopper', 'Alan Turing'],
  }
}

async function startIssuer(options: DemoOptions, appOrigin: string): Promise<DevIssuer> {
  const { issuerPort = 9400, accessTokenLifetimeSeconds = 15 } = options
  const settings = {
    accessTokenLifetimeSeconds,
    clients: [
      {
        clientId: 'demo-app',
        name: 'Latchkey demo',
        redirectUris: [`${appOrigin}/callback`, `${appOrigin}/vue/callback`],
        postLogoutRedirectUris: [`${appOrigin}/`, `${appOrigin}/vue/`],
      },
    ],
    resources: [{ identifier: apiAudience, scope: adminScope }],
    defaultResource: apiAudience,
  }
  try {
    return await startDevIssuer({ ...settings, port: issuerPort })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    return startDevIssuer({ ...settings, port: 0 })
  }
}

function apiFor(
  config: PageConfig,
  app: LoopbackServer,
  log: RequestLog,
  issuer: DevIssuer | undefined,
  provider: ExternalProvider | undefined,
) {
  const guard = createAccessTokenGuard({
    issuer: config.issuer,
    audience: provider ? provider.apiAudience : apiAudience,
    clientId: config.clientId,
    isAlive: issuer?.isAccessTokenAlive,
  })
  const endpoints = createEndpoints({
    notes: createNotes(),
    strongAcr: multiFactorAcr,
    adminScope,
    controls: {
      expireTokens: ({ token }) => (issuer ? issuer.expireAccessTokens() : guard.refuse(token)),
      revokeSession: issuer && ((subject) => issuer.revokeSession(subject)),
    },
  })
  return createApi({
    guard,
    endpoints,
    log,
    issuerFigures: () => issuer?.counters ?? null,
    appOrigin: app.origin,
  })
}
