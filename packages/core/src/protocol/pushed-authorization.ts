/** Pushed authorization requests (RFC 9126): the parameters go in a POST, the front channel carries a reference. */
import type { AuthorizationServer } from 'oauth4webapi'
import { SignInFailedError } from '../errors.js'
import type { ProtocolContext } from './protocol-context.js'

/**
 * @returns The two parameters of the front channel: `client_id` and `request_uri`.
 * @throws {SignInFailedError} `authorization-refused`, `issuer-unreachable`
 */
export async function pushAuthorizationRequest(
  { ask, config }: ProtocolContext,
  server: AuthorizationServer,
  parameters: URLSearchParams,
): Promise<URLSearchParams> {
  const url = server.pushed_authorization_request_endpoint
  const answer = await ask(url, { method: 'POST', body: parameters }).catch(() => undefined)
  const reference = answer?.body?.['request_uri']
  if (answer?.response.ok && typeof reference === 'string' && reference)
    return new URLSearchParams({ client_id: config.clientId, request_uri: reference })
  const status = answer?.response.status ?? 0
  throw new SignInFailedError(
    status > 399 && status < 500 ? 'authorization-refused' : 'issuer-unreachable',
    `The pushed authorization request failed (HTTP ${status}).`,
  )
}
