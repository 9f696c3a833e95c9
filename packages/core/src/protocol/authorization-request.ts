/** The authorization request: code flow with S256, `state` and `nonce`, always all three. RFC 6749 §4.1.1, RFC 7636, OpenID Connect Core §3.1.2.1. */
import type { AuthorizationServer } from 'oauth4webapi'
import { SignInFailedError } from '../errors.js'
import { generateProofKey, thumbprintOf } from './dpop.js'
import type { AuthorizationRequest, AuthorizationRequestInput, PendingRequest } from './protocol.js'
import type { ProtocolContext } from './protocol-context.js'
import { pushAuthorizationRequest } from './pushed-authorization.js'
import { randomText, sha256 } from './random-and-hash.js'

export async function buildAuthorizationRequest(
  context: ProtocolContext,
  input: AuthorizationRequestInput,
): Promise<AuthorizationRequest> {
  const { config, documents } = context
  const { redirectUri, scope, display, returnTo } = input
  const server = await documents.server()
  const codeVerifier = randomText()
  const state = input.statePrefix + randomText()
  const nonce = randomText()
  const dpopKey = isBound(config, server) ? await generateProofKey() : undefined

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
    code_challenge: await sha256(codeVerifier),
    code_challenge_method: 'S256',
    dpop_jkt: dpopKey && (await thumbprintOf(dpopKey)),
    prompt: input.prompt ?? (display === 'silent' ? 'none' : undefined),
    login_hint: input.loginHint,
    acr_values: input.acrValues,
    max_age: input.maxAgeSeconds?.toString(),
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
  const url = new URL(server.authorization_endpoint ?? '')
  const front = await frontChannelParameters(context, server, parameters)
  for (const name of front.keys()) url.searchParams.delete(name)
  for (const [name, value] of front) url.searchParams.append(name, value)
  return { url: url.href, pending }
}

/** A pushed authorization request (RFC 9126) leaves a reference only: where the server requires it, or the app asks and it works. */
async function frontChannelParameters(
  context: ProtocolContext,
  server: AuthorizationServer,
  parameters: URLSearchParams,
): Promise<URLSearchParams> {
  const isRequired = server.require_pushed_authorization_requests
  if (isRequired || (context.config.par && server.pushed_authorization_request_endpoint))
    try {
      return await pushAuthorizationRequest(context, server, parameters)
    } catch (error) {
      if (isRequired) throw error
    }
  return parameters
}

function isBound(
  { dpop, issuer }: ProtocolContext['config'],
  server: AuthorizationServer,
): boolean {
  const isSupported = server.dpop_signing_alg_values_supported?.includes('ES256')
  if (dpop === 'required' && !isSupported)
    throw new SignInFailedError('discovery-failed', `${issuer} does not support DPoP with ES256.`)
  return dpop !== 'off' && isSupported === true
}
