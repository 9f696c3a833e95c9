/** Pushed authorization requests (RFC 9126): the parameters go in a POST, the front channel carries a reference. A chunk of its own. */
import type { AuthorizationServer } from 'oauth4webapi'
import { harmless, jsonObject } from './plain-data.js'
import { signInFailed } from './problem.js'
import { endpointFetch, type ProtocolContext } from './protocol-context.js'

/** @returns The two parameters of the front channel: `client_id` and `request_uri`. */
export async function pushAuthorizationRequest(
  context: ProtocolContext,
  server: AuthorizationServer,
  parameters: URLSearchParams,
): Promise<URLSearchParams> {
  const url = server.pushed_authorization_request_endpoint
  if (!url)
    throw signInFailed(
      'discovery-failed',
      'The metadata requires pushed authorization requests and names no endpoint for them.',
    )
  const answer = await endpointFetch(
    context,
    undefined,
    10_000,
  )(url, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: parameters,
  }).catch(() => undefined)
  const body = answer && (await jsonObject(answer))
  const reference = body?.['request_uri']
  if (answer?.ok && typeof reference === 'string' && reference)
    return new URLSearchParams({ client_id: context.config.clientId, request_uri: reference })
  throw signInFailed(
    answer && answer.status < 500 ? 'authorization-refused' : 'issuer-unreachable',
    `The pushed authorization request failed (${answer ? `HTTP ${answer.status}` : 'no answer'}): ${harmless(body?.['error']) ?? 'no details'}.`,
  )
}
