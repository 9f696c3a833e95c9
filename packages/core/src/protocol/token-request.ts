/** One request to the token endpoint of a public client. RFC 6749 §3.2, §5.2. */
import { TokenEndpointError } from '../errors.js'
import { harmless } from './plain-data.js'
import type { EndpointAnswer } from './endpoint-answer.js'
import type { ProtocolContext } from './protocol-context.js'

type TokenParameters = Readonly<Record<string, string | undefined>>

export interface TokenAnswer extends EndpointAnswer {
  /** What was sent and must not be told. */
  readonly secrets: readonly (string | undefined)[]
}

/** @throws {AuthError} There is no answer: see `ProtocolContext.ask`. */
export async function requestTokens(
  { ask, config, documents }: ProtocolContext,
  parameters: TokenParameters,
  dpopKey: CryptoKeyPair | undefined,
  signal?: AbortSignal,
): Promise<TokenAnswer> {
  const body = new URLSearchParams(config.tokenParams)
  for (const [name, value] of Object.entries({ ...parameters, client_id: config.clientId }))
    if (value !== undefined) body.set(name, value)
  const { token_endpoint: url } = documents.serverAtHand()
  const answer = await ask(url, { method: 'POST', body }, dpopKey, signal)
  const { code, code_verifier, refresh_token } = parameters
  return { ...answer, secrets: [code, code_verifier, refresh_token] }
}

/** The error for an answer that is no token response. */
export function refusalOf({ response, body, secrets }: TokenAnswer): TokenEndpointError {
  const { status } = response
  const tell = (name: string) => {
    let text = body?.[name]
    // "Invalid refresh token: rt-1": some servers repeat what they were sent.
    for (const secret of secrets)
      if (secret && typeof text === 'string') text = text.replaceAll(secret, '…')
    return harmless(text)
  }
  const error = tell('error')
  const errorDescription = tell('error_description')
  const details = [`HTTP ${status}`, error, errorDescription].filter(Boolean).join(', ')
  return new TokenEndpointError(`The token endpoint answered ${details}.`, {
    status,
    ...(error && { error }),
    ...(errorDescription && { errorDescription }),
  })
}
