/** What came back in the redirect, checked before anything is done with it. RFC 6749 §4.1.2, RFC 9207, RFC 9700 §4. */
import { SignInFailedError, type SignInFailureCode } from '../errors.js'
import type { PendingRequest, ValidatedAuthorizationResponse } from './protocol.js'
import type { ProtocolContext } from './protocol-context.js'

const once = ['code', 'state', 'iss', 'error', 'error_description', 'session_state']
/** Of other flows. A token that comes this way was injected, or asked for by somebody else. */
const foreign = ['access_token', 'id_token', 'token', 'response']

export async function validateAuthorizationResponse(
  { codes, config, documents, harmless }: ProtocolContext,
  parameters: URLSearchParams,
  pending: PendingRequest,
): Promise<ValidatedAuthorizationResponse> {
  const server = await documents.server()
  for (const name of once) if (parameters.getAll(name).length > 1) throw invalid(name)
  for (const name of foreign) if (parameters.has(name)) throw invalid(name)
  // Before `error`: what does not answer our request can refuse nothing.
  if (parameters.get('state') !== pending.state)
    throw new SignInFailedError(
      'state-unknown',
      'The authorization response is not for this sign-in.',
    )
  const issuer = parameters.get('iss')
  if (
    // Mix-up defence (RFC 9700 §4.4.2): what was begun with another issuer, or for another client, is not gone on with.
    pending.issuer !== config.issuer ||
    pending.clientId !== config.clientId ||
    // RFC 9207 §2.4: exactly as published; it may be missing only if the server does not promise it.
    (issuer === null
      ? server.authorization_response_iss_parameter_supported
      : issuer !== server.issuer)
  )
    throw new SignInFailedError(
      'issuer-mismatch',
      `The authorization response is not by ${server.issuer}, or not for this client.`,
    )

  const error = parameters.get('error')
  if (error) throw refused(error, harmless(parameters.get('error_description')), harmless(error))
  const code = parameters.get('code')
  if (error !== null || !code) throw invalid('code')
  const response = Object.freeze({}) as ValidatedAuthorizationResponse
  codes.set(response, code)
  return response
}

/** @param name - The parameter at fault. */
function invalid(name: string): SignInFailedError {
  return new SignInFailedError(
    'invalid-authorization-response',
    `The authorization response is not valid: see ${name}.`,
  )
}

function refused(error: string, description = '', oauthError = ''): SignInFailedError {
  let code: SignInFailureCode = 'authorization-refused'
  if (error === 'access_denied') code = 'access-denied'
  if (/^(login|interaction|consent|account_selection)_required$/.test(error))
    code = 'login-required'
  return new SignInFailedError(
    code,
    `The authorization server refused the sign-in: ${oauthError} ${description}`,
    { oauthError, ...(description && { oauthErrorDescription: description }) },
  )
}
