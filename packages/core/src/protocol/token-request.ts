/** One request to the token endpoint, with a proof where there is a key, and what its answer says. RFC 6749 §5. */
import * as oauth from 'oauth4webapi'
import { AuthError, TokenEndpointError } from '../errors.js'
import { harmless, jsonObject, type PlainObject } from './plain-data.js'
import { networkReasonOf } from './problem.js'
import { endpointFetch, requestOptions, type ProtocolContext } from './protocol-context.js'

export interface TokenRequest {
  readonly server: oauth.AuthorizationServer
  readonly dpopKey: CryptoKeyPair | undefined
  readonly signal?: AbortSignal
  readonly timeLimitMs: number
  readonly parameters?: Readonly<Record<string, string | undefined>>
  /** Calls the request function of the grant. */
  send(options: ReturnType<typeof requestOptions>): Promise<Response>
}

export interface TokenAnswer {
  readonly response: Response
  readonly body: PlainObject | undefined
  /** Wall clock before the request, epoch ms. */
  readonly startedAt: number
}

/** Rejects with what `fetch` rejected with: see `networkReasonOf`. */
export async function requestTokens(
  context: ProtocolContext,
  { server, dpopKey, signal, timeLimitMs, parameters, send }: TokenRequest,
): Promise<TokenAnswer> {
  const fetch = endpointFetch(context, signal, timeLimitMs)
  const attempt = (headers: Record<string, string>) =>
    send(requestOptions(context, fetch, headers, parameters))
  const startedAt = context.config.clock.now()
  const response = dpopKey
    ? await (
        await context.proofs()
      ).send(dpopKey, { method: 'POST', url: server.token_endpoint ?? '' }, attempt)
    : await attempt({})
  return { response, body: await jsonObject(response), startedAt }
}

/** The error for an answer that is no token response. */
export function refusalOf({ response, body }: TokenAnswer): TokenEndpointError {
  const { status, headers } = response
  const error = harmless(body?.['error'])
  const errorDescription = harmless(body?.['error_description'])
  const nonceIsHidden = error === 'use_dpop_nonce' && !headers.has('dpop-nonce')
  return new TokenEndpointError(
    `The token endpoint answered HTTP ${status}${error ? `, ${error}` : ''}${errorDescription ? `: ${errorDescription}` : ''}.${
      nonceIsHidden ? ' It must list DPoP-Nonce in Access-Control-Expose-Headers.' : ''
    }`,
    { status, ...(error && { error }), ...(errorDescription && { errorDescription }) },
  )
}

/** The error for no answer at all; an error of ours (the request was never sent) stays what it is. */
export function silenceOf(problem: unknown): AuthError {
  if (problem instanceof AuthError) return problem
  const reasons = {
    timeout: 'did not answer in time',
    offline: 'could not be reached: offline, or no CORS',
    'invalid-response': 'answered with too much data',
  }
  return new TokenEndpointError(`The token endpoint ${reasons[networkReasonOf(problem)]}.`, {
    status: 0,
  })
}
