/** One request to the token endpoint of a public client. RFC 6749 §3.2, §5.2. */
import { TokenEndpointError } from '../errors.js'
import { harmless } from './plain-data.js'
import type { EndpointAnswer, ProtocolContext } from './protocol-context.js'

/** @throws {AuthError} There is no answer: see `ProtocolContext.ask`. */
export async function requestTokens(
  { ask, config, documents }: ProtocolContext,
  parameters: Readonly<Record<string, string | undefined>>,
  dpopKey: CryptoKeyPair | undefined,
  signal?: AbortSignal,
): Promise<EndpointAnswer> {
  const body = new URLSearchParams(config.tokenParams)
  for (const [name, value] of Object.entries({ ...parameters, client_id: config.clientId }))
    if (value !== undefined) body.set(name, value)
  return ask(documents.serverAtHand().token_endpoint, { method: 'POST', body }, dpopKey, signal)
}

/** The error for an answer that is no token response. */
export function refusalOf({ response: { status }, body }: EndpointAnswer): TokenEndpointError {
  const error = harmless(body?.['error'])
  const errorDescription = harmless(body?.['error_description'])
  const details = [`HTTP ${status}`, error, errorDescription].filter(Boolean).join(', ')
  return new TokenEndpointError(`The token endpoint answered ${details}.`, {
    status,
    ...(error && { error }),
    ...(errorDescription && { errorDescription }),
  })
}
