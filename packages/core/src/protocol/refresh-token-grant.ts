/** Asks for new tokens with the refresh token, and reads every possible answer. RFC 6749 §6, OpenID Connect Core §12. */
import * as oauth from 'oauth4webapi'
import type { AuthError } from '../errors.js'
import { clockOffsetSeconds, invalidIdToken, readIdToken, verifySignature } from './id-token.js'
import { decodeJson } from './plain-data.js'
import { networkReasonOf, signInFailed } from './problem.js'
import type { IdTokenClaims, RefreshGrantInput, RefreshOutcome, TokenSet } from './protocol.js'
import { oauthClient, type ProtocolContext } from './protocol-context.js'
import { classifyRefusal } from './refresh-refusal.js'
import { requestTokens, silenceOf, type TokenAnswer } from './token-request.js'
import { parseTokenResponse, requireTokenType } from './token-response.js'

/** Longer than the caller's patience: its signal is what ends a request. */
const timeLimitMs = 120_000

/**
 * The caller holds the claim: with rotation, sending one refresh token twice can end the session.
 *
 * Never throws, and loads nothing before it sends.
 */
export async function refreshTokenGrant(
  context: ProtocolContext,
  input: RefreshGrantInput,
): Promise<RefreshOutcome> {
  const { refreshToken, resource, scope, dpopKey, signal } = input
  const { config, documents } = context
  const server = documents.serverAtHand()
  if (!server)
    return notSent(signInFailed('issuer-unreachable', 'The metadata of the issuer is not loaded.'))

  let answer: TokenAnswer
  try {
    answer = await requestTokens(context, {
      server,
      dpopKey,
      signal,
      timeLimitMs,
      parameters: { resource, scope },
      send: (options) =>
        oauth.refreshTokenGrantRequest(
          server,
          oauthClient(context, server),
          oauth.None(),
          refreshToken,
          options,
        ),
    })
  } catch (problem) {
    const error = silenceOf(problem)
    return error === problem
      ? notSent(error)
      : { kind: 'unknown', error, reason: networkReasonOf(problem) }
  }
  const refusal = classifyRefusal(answer, config.clock.now())
  if (refusal) return refusal
  let tokens: TokenSet
  try {
    tokens = parseTokenResponse(answer.body, answer.startedAt)
  } catch (error) {
    return { kind: 'unknown', error: error as AuthError, reason: 'invalid-response' }
  }
  if (isForAnotherSubject(tokens, server.issuer, input.claims))
    return {
      kind: 'wrong-subject',
      error: signInFailed('subject-mismatch', 'The refreshed ID token is about somebody else.'),
      refreshToken: tokens.refreshToken,
    }
  try {
    requireTokenType(tokens, dpopKey ? 'DPoP' : 'Bearer')
    const claims = await readRefreshedIdToken(
      context,
      server,
      answer.response,
      tokens,
      input.claims,
    )
    return {
      kind: 'granted',
      tokens: claims ? { ...tokens, claims } : { ...tokens, idToken: undefined },
    }
  } catch (error) {
    return { kind: 'invalid', error: error as AuthError }
  }
}

function notSent(error: AuthError): RefreshOutcome {
  return {
    kind: 'not-executed',
    error,
    retryAfterMs: undefined,
    reason: 'server-error',
    looksRefused: false,
  }
}

/** Judged before everything else: whatever more is wrong with such a token, these tokens are not this user's. */
function isForAnotherSubject(
  { idToken }: TokenSet,
  issuer: string,
  original: IdTokenClaims | undefined,
): boolean {
  try {
    const { iss, sub } = decodeJson(idToken?.split('.')[1])
    return isOther(iss, issuer) || isOther(sub, original?.sub)
  } catch {
    return false
  }
}

function isOther(value: unknown, expected: string | undefined): boolean {
  return typeof value === 'string' && expected !== undefined && value !== expected
}

/**
 * @returns The new claims; `undefined` = none came, or they cannot be judged now, so the old ones stay.
 * @throws {SignInFailedError} `invalid-id-token`
 */
async function readRefreshedIdToken(
  context: ProtocolContext,
  server: oauth.AuthorizationServer,
  response: Response,
  tokens: TokenSet,
  original: IdTokenClaims | undefined,
): Promise<IdTokenClaims | undefined> {
  const { config, documents } = context
  const claims = await readIdToken(
    config,
    tokens,
    oauth.processRefreshTokenResponse(server, oauthClient(context, server), response),
  )
  if (!claims) return undefined
  const { nonce, auth_time: authTime } = claims
  if (original && nonce !== undefined && nonce !== original['nonce'])
    throw invalidIdToken('nonce is not that of the sign-in')
  const originalTime = original?.['auth_time']
  if (Number(authTime) < Number(originalTime)) throw invalidIdToken('auth_time went back')
  const isUndecided =
    // A device clock that jumped does not sign anybody out.
    clockOffsetSeconds(claims, config) ||
    // The user authenticated again elsewhere: some servers say so here, against the specification.
    Number(authTime) > Number(originalTime) ||
    (await verifySignature(documents, server, response, () => documents.keysAtHand()))
  return isUndecided ? undefined : claims
}
