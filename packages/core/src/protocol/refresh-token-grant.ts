/** Asks for new tokens with the refresh token, and reads every possible answer. RFC 6749 §6, OpenID Connect Core §12. */
import { AuthError, RefreshPostponedError } from '../errors.js'
import { clockOffsetSeconds, invalidIdToken, verifySignature } from './id-token.js'
import { bare, decodeJson } from './plain-data.js'
import { codeOf, signInFailed } from './problem.js'
import type { IdTokenClaims, RefreshGrantInput, RefreshOutcome, TokenSet } from './protocol.js'
import type { ProtocolContext } from './protocol-context.js'
import { classifyRefusal, notExecuted } from './refresh-refusal.js'
import { requestTokens, type TokenAnswer } from './token-request.js'
import { readTokens } from './token-response.js'

/**
 * The caller holds the claim: with rotation, sending one refresh token twice can end the session.
 *
 * Never throws, and loads nothing before it sends.
 */
export async function refreshTokenGrant(
  context: ProtocolContext,
  input: RefreshGrantInput,
): Promise<RefreshOutcome> {
  const { refreshToken, resource, scope, dpopKey, claims, signal } = bare(input)
  const parameters = { grant_type: 'refresh_token', refresh_token: refreshToken, resource, scope }
  let answer: TokenAnswer | undefined
  try {
    if (!dpopKey && context.config.dpop === 'required')
      throw new AuthError('proof-key-lost', 'This session has no key.')
    answer = await requestTokens(context, parameters, dpopKey, signal)
    return (
      classifyRefusal(answer) ??
      wrongSubject(answer, context.documents.serverAtHand().issuer, claims) ?? {
        kind: 'granted',
        tokens: await readRefreshedTokens(context, answer, dpopKey !== undefined, claims),
      }
    )
  } catch (problem) {
    const error = problem as AuthError
    if (error instanceof RefreshPostponedError)
      return { kind: 'unknown', error, reason: error.reason as 'offline' }
    if (!answer) return notExecuted(error)
    return error.code === 'invalid-token-response'
      ? { kind: 'unknown', error, reason: 'invalid-response' }
      : { kind: 'invalid', error }
  }
}

/** Judged before everything else: whatever more is wrong with such an ID token, these tokens are not this user's. */
function wrongSubject(
  { body }: TokenAnswer,
  issuer: string,
  original: IdTokenClaims | undefined,
): RefreshOutcome | undefined {
  const expected = { iss: issuer, sub: original?.sub }
  try {
    const payload = decodeJson(`${body?.['id_token']}`, 1)
    for (const [name, value] of Object.entries(expected))
      if (value !== undefined && typeof payload[name] === 'string' && payload[name] !== value)
        return {
          kind: 'wrong-subject',
          error: signInFailed('subject-mismatch', 'The refreshed ID token is about somebody else.'),
          refreshToken: body?.['refresh_token'] as string | undefined,
        }
  } catch {
    // No ID token, or one that will be refused for what it is.
  }
  return undefined
}

/**
 * Continuity with the ID token of the sign-in: OpenID Connect Core §12.2.
 *
 * @throws {SignInFailedError} `invalid-id-token`
 */
async function readRefreshedTokens(
  context: ProtocolContext,
  answer: TokenAnswer,
  isBound: boolean,
  original: IdTokenClaims | undefined,
): Promise<TokenSet> {
  const { config, documents } = context
  const tokens = await readTokens(context, answer, isBound)
  const { claims } = tokens
  if (!claims) return tokens
  const { nonce = original?.['nonce'], auth_time: authTime } = claims
  if (original && nonce !== original['nonce']) throw invalidIdToken('nonce')
  const originalTime = Number(original?.['auth_time'])
  if (Number(authTime) < originalTime) throw invalidIdToken('auth_time')

  const undecided = { ...tokens, idToken: undefined, claims: undefined }
  // A clock that jumped signs nobody out; nor does a server that tells here of another authentication, against the specification.
  if (clockOffsetSeconds(config, claims) || Number(authTime) > originalTime) return undecided
  try {
    await verifySignature(documents, answer.response, documents.keysAtHand())
    return tokens
  } catch (error) {
    if (codeOf(error) === 'invalid-id-token') throw error
    return undecided
  }
}
