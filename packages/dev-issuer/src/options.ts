// What an app developer or a test may set, and what the demo gets without setting anything.

/** A person who can be clicked on the sign-in page. */
export interface DemoUser {
  /** The `sub` claim, and the value of the person's button on the sign-in page. */
  subject: string
  name: string
  email: string
  /** Further claims, given with the `profile` scope. */
  claims?: Record<string, unknown>
}

/** A public single-page app: no secret, PKCE with S256 required. */
export interface DevClient {
  clientId: string
  /** What the sign-in page calls the app. Default: the client id. */
  name?: string
  /** Compared exactly. */
  redirectUris: string[]
  /** Compared exactly. Default: none. */
  postLogoutRedirectUris?: string[]
  /** Where its pages come from, for CORS. Default: the origins of its redirect URIs. */
  origins?: string[]
  /** Refuses tokens without a DPoP proof (RFC 9449). Default: false. */
  dpopBound?: boolean
  /** Refuses authorization requests that were not pushed (RFC 9126). Default: false. */
  requirePar?: boolean
  /** Asks the person for consent, as for an app of somebody else's. Default: false. */
  requireConsent?: boolean
  /** Default: `RS256`, as OpenID Connect has it. */
  idTokenSigningAlgorithm?: 'RS256' | 'ES256'
}

/** An API that has access tokens of its own (RFC 8707). */
export interface DevResource {
  /** The resource indicator, an absolute URI; becomes the token's `aud`. */
  identifier: string
  /** The scopes this API knows, separated by spaces. Default: none beside OpenID Connect's. */
  scope?: string
  /** Life of its access tokens in seconds. Default: `accessTokenLifetimeSeconds`. */
  lifetimeSeconds?: number
}

export interface DevIssuerOptions {
  /** Default 0: any free port. */
  port?: number
  /** The issuer identifier. Default: `http://localhost:<port>`. */
  issuerUrl?: string
  /** Default: one client, `demo-app`, at `http://localhost:5173`. */
  clients?: DevClient[]
  /** Default: Ada Lovelace, Grace Hopper and Alan Turing. */
  users?: DemoUser[]
  /** In seconds, 1 or more. Default: 10. `setAccessTokenLifetime` changes it later. */
  accessTokenLifetimeSeconds?: number
  /** How long a refresh token family lives, in seconds. Default: 14 days. */
  refreshTokenLifetimeSeconds?: number
  /** For how many seconds the refresh token before the current one may be used again. Default: 0. */
  refreshTokenGraceSeconds?: number
  /** Whether each refresh brings a new refresh token. Default: true. */
  rotateRefreshTokens?: boolean
  /** Drops `offline_access` from requests without `prompt=consent`, as strict providers do. Default: false. */
  offlineAccessNeedsConsent?: boolean
  resources?: DevResource[]
  /**
   * The resource of a request that names none, so that its access token is a JWT with this `aud`.
   * `false`: such a request gets an opaque token for the userinfo endpoint. Default: `urn:latchkey:demo-api`.
   */
  defaultResource?: string | false
  /** Whether DPoP proofs get nonces (RFC 9449 §8). Default: `off`. */
  dpopNonces?: 'off' | 'offered' | 'required'
  /** Serves `/dev/...`, with which anybody can break this issuer. Default: true. */
  controlEndpoints?: boolean
}

/** The options with every default filled in; lifetimes can be changed while the issuer runs. */
export interface IssuerSettings extends Required<Omit<DevIssuerOptions, 'clients'>> {
  clients: Required<DevClient>[]
}

/** The authentication context class of a plain sign-in. */
export const passwordAcr = 'urn:latchkey:pwd'
/** The authentication context class of a step-up. */
export const multiFactorAcr = 'urn:latchkey:mfa'

const demoUsers: DemoUser[] = [
  { subject: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' },
  { subject: 'grace', name: 'Grace Hopper', email: 'grace@example.com' },
  { subject: 'alan', name: 'Alan Turing', email: 'alan@example.com' },
]

const demoClients: DevClient[] = [
  {
    clientId: 'demo-app',
    name: 'Latchkey demo',
    redirectUris: ['http://localhost:5173/callback'],
    postLogoutRedirectUris: ['http://localhost:5173/'],
  },
]

/** Fills in the defaults; `port` is the port the issuer really has. */
export function resolveOptions(options: DevIssuerOptions, port: number): IssuerSettings {
  const defaultResource = options.defaultResource ?? 'urn:latchkey:demo-api'
  const resources = [...(options.resources ?? [])]
  if (defaultResource && !resources.some(({ identifier }) => identifier === defaultResource)) {
    resources.push({ identifier: defaultResource })
  }
  return {
    port,
    issuerUrl: checkedIssuerUrl(options.issuerUrl ?? `http://localhost:${port}`),
    clients: (options.clients ?? demoClients).map(resolveClient),
    users: options.users ?? demoUsers,
    accessTokenLifetimeSeconds: wholeSeconds(
      'access token lifetime',
      options.accessTokenLifetimeSeconds ?? 10,
      1,
    ),
    refreshTokenLifetimeSeconds: wholeSeconds(
      'refresh token lifetime',
      options.refreshTokenLifetimeSeconds ?? 14 * 24 * 60 * 60,
      1,
    ),
    refreshTokenGraceSeconds: wholeSeconds(
      'refresh token grace',
      options.refreshTokenGraceSeconds ?? 0,
      0,
    ),
    rotateRefreshTokens: options.rotateRefreshTokens ?? true,
    offlineAccessNeedsConsent: options.offlineAccessNeedsConsent ?? false,
    resources,
    defaultResource,
    dpopNonces: options.dpopNonces ?? 'off',
    controlEndpoints: options.controlEndpoints ?? true,
  }
}

function resolveClient(client: DevClient): Required<DevClient> {
  return {
    name: client.clientId,
    postLogoutRedirectUris: [],
    origins: [...new Set(client.redirectUris.map((uri) => new URL(uri).origin))],
    dpopBound: false,
    requirePar: false,
    requireConsent: false,
    idTokenSigningAlgorithm: 'RS256',
    ...client,
  }
}

/** @throws RangeError The issuer's URL has a path, which this issuer does not serve. */
function checkedIssuerUrl(url: string): string {
  const { pathname, search, hash } = new URL(url)
  if (pathname === '/' && !search && !hash) return url
  throw new RangeError(`issuerUrl must be an origin without a path, not ${url}`)
}

/** @throws RangeError The lifetime is no whole number of seconds, or less than `least`. */
export function wholeSeconds(name: string, seconds: number, least: number): number {
  if (Number.isSafeInteger(seconds) && seconds >= least) return seconds
  throw new RangeError(
    `the ${name} must be a whole number of seconds from ${least}, not ${seconds}`,
  )
}
