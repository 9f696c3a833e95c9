/** What came back in the redirect, checked before anything is done with it. RFC 6749 §4.1.2, RFC 9207, RFC 9700 §4. */
import * as oauth from 'oauth4webapi'
import { SignInFailedError, type SignInFailureCode } from '../errors.js'
import { harmless } from './plain-data.js'
import { objectionOf, signInFailed } from './problem.js'
import type { PendingRequest, ValidatedAuthorizationResponse } from './protocol.js'
import { oauthClient, requireOwnRequest, type ProtocolContext } from './protocol-context.js'

const once = ['code', 'state', 'iss', 'error', 'error_description', 'session_state']
/** Of other flows. A token that comes this way was injected, or asked for by somebody else. */
const foreign = ['access_token', 'id_token', 'token', 'response']

export async function validateAuthorizationResponse(
  context: ProtocolContext,
  parameters: URLSearchParams,
  pending: PendingRequest,
): Promise<ValidatedAuthorizationResponse> {
  requireOwnRequest(context, pending)
  const server = await context.documents.server()

  for (const name of once)
    if (parameters.getAll(name).length > 1) throw invalid(`${name} comes more than once`)
  for (const name of foreign)
    if (parameters.has(name)) throw invalid(`${name} does not belong there`)
  // Before `error`: what did not come from our request can refuse nothing.
  if (parameters.get('state') !== pending.state)
    throw signInFailed('state-unknown', 'The authorization response is not for this sign-in.')
  const issuer = parameters.get('iss')
  if (
    issuer === null
      ? server.authorization_response_iss_parameter_supported
      : issuer !== server.issuer
  )
    throw signInFailed(
      'issuer-mismatch',
      `The authorization response comes from another issuer than ${server.issuer}, or does not say from which.`,
    )

  const error = parameters.get('error')
  if (error) throw refused(error, parameters.get('error_description'))
  if (error !== null || !parameters.get('code')) throw invalid('it has neither a code nor an error')
  try {
    return oauth.validateAuthResponse(
      server,
      oauthClient(context, server),
      parameters,
      pending.state,
    ) as unknown as ValidatedAuthorizationResponse
  } catch (problem) {
    throw invalid(objectionOf(problem))
  }
}

function invalid(why: string): SignInFailedError {
  return signInFailed(
    'invalid-authorization-response',
    `The authorization response is not valid: ${why}.`,
  )
}

function refused(error: string, description: string | null): SignInFailedError {
  const oauthError = harmless(error) ?? ''
  const oauthErrorDescription = harmless(description)
  const code: SignInFailureCode =
    error === 'access_denied'
      ? 'access-denied'
      : /^(login|interaction|consent|account_selection)_required$/.test(error)
        ? 'login-required'
        : 'authorization-refused'
  return new SignInFailedError(
    code,
    `The authorization server refused the sign-in: ${oauthError}${oauthErrorDescription ? `, ${oauthErrorDescription}` : ''}.`,
    { oauthError, ...(oauthErrorDescription && { oauthErrorDescription }) },
  )
}
