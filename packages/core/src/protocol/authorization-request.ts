/** The authorization request: code flow with S256, `state` and `nonce`, always all three. RFC 6749 §4.1.1, RFC 7636, OpenID Connect Core §3.1.2.1. */
import * as oauth from 'oauth4webapi'
import { signInFailed } from './problem.js'
import type { AuthorizationRequest, AuthorizationRequestInput, PendingRequest } from './protocol.js'
import type { ProtocolContext } from './protocol-context.js'

/** By this an authorization response is told from other query parameters of the app's. */
const statePrefix = 'lk.'

export async function buildAuthorizationRequest(
  context: ProtocolContext,
  input: AuthorizationRequestInput,
): Promise<AuthorizationRequest> {
  const { config } = context
  const { redirectUri, scope, display, returnTo, maxAgeSeconds } = input
  const server = await context.documents.server()
  const codeVerifier = oauth.generateRandomCodeVerifier()
  const state = statePrefix + oauth.generateRandomState()
  const nonce = oauth.generateRandomNonce()
  const dpopKey = await newProofKey(context, server)

  const parameters = new URLSearchParams(config.authorizationParams)
  // A request object would replace all that is set below.
  parameters.delete('request')
  parameters.delete('request_uri')
  const own = {
    response_type: 'code',
    client_id: config.clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    dpop_jkt: dpopKey && (await (await context.proofs()).thumbprint(dpopKey)),
    prompt: input.prompt ?? (display === 'silent' ? 'none' : undefined),
    login_hint: input.loginHint,
    acr_values: input.acrValues,
    max_age: maxAgeSeconds?.toString(),
    ui_locales: input.uiLocales,
    id_token_hint: input.idTokenHint,
  }
  for (const [name, value] of Object.entries(own)) if (value) parameters.set(name, value)
  for (const resource of input.resources) parameters.append('resource', resource)

  // Taken from what is sent, so that an `acr_values` of authorizationParams is checked as well.
  const acrValues = parameters.get('acr_values')
  const maxAge = parameters.get('max_age')
  const pending: PendingRequest = {
    state,
    nonce,
    codeVerifier,
    redirectUri,
    issuer: config.issuer,
    clientId: config.clientId,
    scope,
    createdAt: config.clock.now(),
    display,
    ...(returnTo !== undefined && { returnTo }),
    ...(maxAge && { maxAgeSeconds: Number(maxAge) }),
    ...(acrValues && { acrValues }),
    ...(dpopKey && { dpopKey }),
  }
  return { url: await authorizationUrl(context, server, parameters), pending }
}

/** By a pushed authorization request if the server requires it or the app asks for it (RFC 9126). */
async function authorizationUrl(
  context: ProtocolContext,
  server: oauth.AuthorizationServer,
  parameters: URLSearchParams,
): Promise<string> {
  const url = new URL(server.authorization_endpoint ?? '')
  const isRequired = server.require_pushed_authorization_requests === true
  let front = parameters
  if (isRequired || (context.config.par && server.pushed_authorization_request_endpoint)) {
    try {
      const { pushAuthorizationRequest } = await import('./pushed-authorization.js')
      front = await pushAuthorizationRequest(context, server, parameters)
    } catch (error) {
      if (isRequired) throw error
    }
  }
  for (const name of front.keys()) url.searchParams.delete(name)
  for (const [name, value] of front) url.searchParams.append(name, value)
  return url.href
}

async function newProofKey(
  context: ProtocolContext,
  server: oauth.AuthorizationServer,
): Promise<CryptoKeyPair | undefined> {
  const { dpop, issuer } = context.config
  if (dpop === 'off') return undefined
  if (server.dpop_signing_alg_values_supported?.includes('ES256'))
    return (await context.proofs()).generateKey()
  if (dpop === 'auto') return undefined
  throw signInFailed(
    'discovery-failed',
    `dpop is 'required', but ${issuer} does not list ES256 in dpop_signing_alg_values_supported.`,
  )
}
