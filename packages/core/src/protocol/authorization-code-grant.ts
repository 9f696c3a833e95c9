/** Redeems the authorization code. RFC 6749 §4.1.3, RFC 7636 §4.5, OpenID Connect Core §3.1.3. */
import * as oauth from 'oauth4webapi'
import { InvalidTokenResponseError } from '../errors.js'
import { clockOffsetSeconds, readIdToken, verifySignature } from './id-token.js'
import { signInFailed } from './problem.js'
import type {
  IdTokenClaims,
  PendingRequest,
  ProtocolConfig,
  TokenSet,
  ValidatedAuthorizationResponse,
} from './protocol.js'
import {
  asksForIdToken,
  oauthClient,
  requireOwnRequest,
  type ProtocolContext,
} from './protocol-context.js'
import { refusalOf, requestTokens, silenceOf } from './token-request.js'
import { parseTokenResponse, requireTokenType } from './token-response.js'

export async function authorizationCodeGrant(
  context: ProtocolContext,
  validated: ValidatedAuthorizationResponse,
  pending: PendingRequest,
): Promise<TokenSet> {
  requireOwnRequest(context, pending)
  const { config, documents } = context
  const { dpopKey } = pending
  const server = await documents.server()
  const client = oauthClient(context, server)
  const isIdTokenDue = asksForIdToken(pending.scope)
  // Beside the token request, so that one round trip is enough.
  const keys = documents.keys()
  keys.catch(() => {})

  const answer = await requestTokens(context, {
    server,
    dpopKey,
    timeLimitMs: 30_000,
    send: (options) =>
      oauth.authorizationCodeGrantRequest(
        server,
        client,
        oauth.None(),
        validated as unknown as URLSearchParams,
        pending.redirectUri,
        pending.codeVerifier,
        options,
      ),
  }).catch((problem: unknown) => {
    throw silenceOf(problem)
  })
  const { response, body, startedAt } = answer
  if (response.status > 399) throw refusalOf(answer)
  if (response.status !== 200)
    throw new InvalidTokenResponseError(
      `The token endpoint answered HTTP ${response.status}, neither 200 nor an error.`,
    )

  const tokens = parseTokenResponse(body, startedAt)
  requireTokenType(tokens, dpopKey || config.dpop === 'required' ? 'DPoP' : 'Bearer')
  const claims = await readIdToken(
    config,
    tokens,
    oauth.processAuthorizationCodeResponse(
      server,
      client,
      response,
      isIdTokenDue ? { requireIdToken: true, expectedNonce: pending.nonce } : {},
    ),
  )
  if (!claims) return tokens
  requireTimes(claims, config)
  const keyFailure = await verifySignature(documents, server, response, () => keys)
  if (keyFailure) throw keyFailure
  requireWhatWasAsked(claims, pending, config)
  return { ...tokens, claims }
}

function requireTimes(claims: IdTokenClaims, config: ProtocolConfig): void {
  const offset = Math.round(clockOffsetSeconds(claims, config))
  if (offset)
    throw signInFailed(
      'clock-skew',
      `The ID token's times are ${offset} s off this device's clock. Set the clock, or raise clockToleranceMs.`,
    )
}

/** RFC 9470 §5, OpenID Connect Core §3.1.2.1: a server may ignore `acr_values` and `max_age`, its client may not. */
function requireWhatWasAsked(
  { acr, auth_time: authTime }: IdTokenClaims,
  { acrValues, maxAgeSeconds }: PendingRequest,
  { clock, clockToleranceMs }: ProtocolConfig,
): void {
  const ageMs = clock.now() - Number(authTime) * 1000
  if (ageMs < -clockToleranceMs)
    throw signInFailed('invalid-id-token', 'The ID token is not valid: auth_time is in the future.')
  if (acrValues && !acrValues.split(' ').includes(`${acr}`))
    throw signInFailed('step-up-not-satisfied', `The sign-in did not reach ${acrValues}.`)
  if (maxAgeSeconds !== undefined && !(ageMs <= maxAgeSeconds * 1000 + clockToleranceMs))
    throw signInFailed(
      'step-up-not-satisfied',
      `The user did not authenticate within the last ${maxAgeSeconds} s.`,
    )
}
