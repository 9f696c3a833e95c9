// What the demo can be told, and how environment variables say it.

export interface DemoOptions {
  /** The app's port; 0: any free one. Default 5173. */
  readonly port?: number
  /** The API's port. Default 5174, or a free one when that is taken. */
  readonly apiPort?: number
  /** The embedded issuer's port. Default 9400, or a free one when that is taken. */
  readonly issuerPort?: number
  /** Life of the embedded issuer's access tokens, in seconds. Default 15: short enough to watch. */
  readonly accessTokenLifetimeSeconds?: number
  /** Builds the app and serves the files under a strict Content-Security-Policy, instead of Vite's dev server. Default `false`. */
  readonly build?: boolean
  /** Another OpenID provider instead of the embedded one. */
  readonly provider?: ExternalProvider
}

export interface ExternalProvider {
  /** Exactly as the provider publishes it. */
  readonly issuer: string
  readonly clientId: string
  /** Default `openid profile email offline_access`. */
  readonly scope?: string
  /** The `aud` the API insists on. Without it the token must have been issued to the client id. */
  readonly apiAudience?: string
}

/** @throws {Error} A variable is missing or makes no sense; the message names it. */
export function demoOptionsFromEnvironment(environment: NodeJS.ProcessEnv): DemoOptions {
  const { ISSUER, CLIENT_ID, SCOPE, API_AUDIENCE, PORT, ACCESS_TOKEN_SECONDS, BUILD } = environment
  if (Boolean(ISSUER) !== Boolean(CLIENT_ID))
    throw new Error(
      'ISSUER and CLIENT_ID go together: set both for your own OpenID provider, or neither.',
    )
  return {
    ...(PORT && { port: wholeNumber('PORT', PORT, 65_535) }),
    ...(ACCESS_TOKEN_SECONDS && {
      accessTokenLifetimeSeconds: wholeNumber('ACCESS_TOKEN_SECONDS', ACCESS_TOKEN_SECONDS, 86_400),
    }),
    ...(BUILD && { build: true }),
    ...(ISSUER &&
      CLIENT_ID && {
        provider: {
          issuer: ISSUER,
          clientId: CLIENT_ID,
          ...(SCOPE && { scope: SCOPE }),
          ...(API_AUDIENCE && { apiAudience: API_AUDIENCE }),
        },
      }),
  }
}

function wholeNumber(name: string, text: string, maximum: number): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > maximum)
    throw new Error(`${name} must be a whole number from 1 to ${maximum}, and is "${text}".`)
  return value
}
