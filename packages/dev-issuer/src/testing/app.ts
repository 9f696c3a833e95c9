// The app side of the tests: a public client on oauth4webapi, as Latchkey itself is.
import * as oauth from 'oauth4webapi'
import type { DevIssuer } from '../dev-issuer.js'
import { createTestBrowser, type TestBrowser } from './browser.js'

const appOrigin = 'http://localhost:5173'
const redirectUri = `${appOrigin}/callback`
export const client: oauth.Client = { client_id: 'demo-app' }
export const insecure = { [oauth.allowInsecureRequests]: true } as const

export interface SignInOptions {
  browser?: TestBrowser
  subject?: string
  scope?: string
  client?: oauth.Client
  /** Further parameters of the authorization request. */
  parameters?: Record<string, string>
  resources?: string[]
  /** Further parameters of the token request. */
  tokenParameters?: Record<string, string>
  dpop?: oauth.DPoPHandle
  par?: boolean
}

export async function discover(issuer: DevIssuer): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer.url)
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure))
}

/** Signs in with code and PKCE through the sign-in page. */
export async function signIn(issuer: DevIssuer, options: SignInOptions = {}) {
  const server = await discover(issuer)
  const app = options.client ?? client
  const verifier = oauth.generateRandomCodeVerifier()
  const nonce = oauth.generateRandomNonce()
  const response = await authorize(server, verifier, nonce, options)
  const parameters = oauth.validateAuthResponse(server, app, response, 'the-state')
  const request = () =>
    oauth.authorizationCodeGrantRequest(
      server,
      app,
      oauth.None(),
      parameters,
      redirectUri,
      verifier,
      {
        ...insecure,
        ...(options.dpop ? { DPoP: options.dpop } : {}),
        additionalParameters: options.tokenParameters ?? {},
      },
    )
  const process = async () =>
    oauth.processAuthorizationCodeResponse(server, app, await request(), {
      expectedNonce: nonce,
      requireIdToken: true,
    })
  const tokens = await process().catch((error: unknown) => {
    if (oauth.isDPoPNonceError(error)) return process()
    throw error
  })
  return { server, tokens, idToken: oauth.getValidatedIdTokenClaims(tokens)! }
}

/** Sends the authorization request and gives the URL the app is called back with. */
export async function authorize(
  server: oauth.AuthorizationServer,
  verifier: string,
  nonce: string,
  options: SignInOptions,
): Promise<URL> {
  const app = options.client ?? client
  const parameters = new URLSearchParams({
    client_id: app.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: options.scope ?? 'openid profile email offline_access',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: 'the-state',
    nonce,
    ...options.parameters,
  })
  for (const resource of options.resources ?? []) parameters.append('resource', resource)
  const url = new URL(server.authorization_endpoint!)
  url.search = (options.par ? await push(server, app, parameters, options) : parameters).toString()
  const browser = options.browser ?? createTestBrowser()
  return browser.visit(url.href, {
    appOrigin,
    ...(options.subject ? { subject: options.subject } : {}),
  })
}

async function push(
  server: oauth.AuthorizationServer,
  app: oauth.Client,
  parameters: URLSearchParams,
  options: SignInOptions,
): Promise<URLSearchParams> {
  const response = await oauth.pushedAuthorizationRequest(server, app, oauth.None(), parameters, {
    ...insecure,
    ...(options.dpop ? { DPoP: options.dpop } : {}),
  })
  const { request_uri } = await oauth.processPushedAuthorizationResponse(server, app, response)
  return new URLSearchParams({ client_id: app.client_id, request_uri })
}

export async function refresh(
  server: oauth.AuthorizationServer,
  refreshToken: string | undefined,
  options: {
    parameters?: Record<string, string>
    dpop?: oauth.DPoPHandle
    client?: oauth.Client
  } = {},
): Promise<oauth.TokenEndpointResponse> {
  const app = options.client ?? client
  const response = await oauth.refreshTokenGrantRequest(
    server,
    app,
    oauth.None(),
    refreshToken ?? '',
    {
      ...insecure,
      additionalParameters: options.parameters ?? {},
      ...(options.dpop ? { DPoP: options.dpop } : {}),
    },
  )
  return oauth.processRefreshTokenResponse(server, app, response)
}
