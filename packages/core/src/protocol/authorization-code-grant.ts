/** Redeems the authorization code. RFC 6749 §4.1.3, RFC 7636 §4.5, OpenID Connect Core §3.1.3. */
import { clockOffsetSeconds, invalidIdToken, verifySignature } from './id-token.js'
import { bare } from './plain-data.js'
import { signInFailed, unreachable } from './problem.js'
import type {
  IdTokenClaims,
  PendingRequest,
  ProtocolConfig,
  TokenSet,
  ValidatedAuthorizationResponse,
} from './protocol.js'
import type { ProtocolContext } from './protocol-context.js'
import { refusalOf, requestTokens } from './token-request.js'
import { readTokens } from './token-response.js'

export async function authorizationCodeGrant(
  context: ProtocolContext,
  response: ValidatedAuthorizationResponse,
  pending: PendingRequest,
): Promise<TokenSet> {
  const { codes, config, documents } = context
  const { redirectUri, codeVerifier, dpopKey, scope, nonce } = bare(pending)
  await documents.server()
  // Beside the token request, so that one round trip is enough.
  const keys = documents.keys()
  keys.catch(() => {})

  const parameters = {
    grant_type: 'authorization_code',
    code: codes.get(response),
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
  }
  const answer = await requestTokens(context, parameters, dpopKey).catch(unreachable)
  if (answer.response.status > 399) throw refusalOf(answer)

  const isBound = dpopKey !== undefined || config.dpop === 'required'
  const tokens = await readTokens(context, answer, isBound)
  const { claims } = tokens
  if (claims) {
    if (claims['nonce'] !== nonce) throw invalidIdToken('nonce')
    const offset = Math.round(clockOffsetSeconds(config, claims))
    if (offset)
      throw signInFailed(
        'clock-skew',
        `The ID token's times are ${offset} s off this device's clock: set it, or raise clockToleranceMs.`,
      )
    await verifySignature(documents, answer.response, keys)
    requireWhatWasAsked(claims, bare(pending), config)
  } else if (scope.split(' ').includes('openid')) throw invalidIdToken('missing')
  return tokens
}

/** A server may ignore `acr_values` and `max_age`, its client may not (RFC 9470 §5, OpenID Connect Core §3.1.2.1). */
function requireWhatWasAsked(
  { acr, auth_time: authTime }: IdTokenClaims,
  { acrValues, maxAgeSeconds = Infinity }: PendingRequest,
  { clock, clockToleranceMs }: ProtocolConfig,
): void {
  const ageMs = clock.now() - Number(authTime) * 1000
  if (ageMs < -clockToleranceMs) throw invalidIdToken('auth_time')
  const isTooOld = maxAgeSeconds < Infinity && !(ageMs <= maxAgeSeconds * 1000 + clockToleranceMs)
  if (isTooOld || (acrValues && !acrValues.split(' ').includes(acr as string)))
    throw signInFailed(
      'step-up-not-satisfied',
      'The sign-in is not what acr_values or max_age asked for.',
    )
}
