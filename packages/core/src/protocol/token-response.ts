/** The token response (RFC 6749 §5.1), from the wire to a token set with the ID token's claims. Times and signature are judged by the grants. */
import * as oauth from 'oauth4webapi'
import { InvalidTokenResponseError } from '../errors.js'
import { checkIdToken, invalidIdToken, oauthClient } from './id-token.js'
import { bare } from './plain-data.js'
import { objectionOf } from './problem.js'
import type { TokenSet } from './protocol.js'
import type { EndpointAnswer } from './endpoint-answer.js'
import type { ProtocolContext } from './protocol-context.js'

const maxLifetimeMs = 90 * 24 * 3_600_000

/**
 * @param isBound - A DPoP proof was sent.
 * @throws {InvalidTokenResponseError} Nothing of the response may be used.
 * @throws {SignInFailedError} `invalid-id-token`
 */
export async function readTokens(
  { config, documents }: ProtocolContext,
  { response, startedAt }: EndpointAnswer,
  isBound: boolean,
): Promise<TokenSet> {
  const server = documents.serverAtHand()
  // Of both grants: what differs, the nonce, is compared by them.
  const result = await oauth
    .processRefreshTokenResponse(server, oauthClient(config, server), response)
    .catch((error: unknown) => {
      const objection = objectionOf(error)
      throw /"response"|token_type/.test(objection)
        ? unusable(objection)
        : invalidIdToken(objection)
    })
  const {
    access_token,
    token_type,
    expires_in = 0,
    scope,
    refresh_token,
    id_token,
  } = bare({
    ...result,
  })
  // RFC 9449 §5: Bearer in answer to a proof is a downgrade; DPoP without a key is of no use.
  if ((token_type === 'dpop') !== isBound) throw unusable(`token_type is ${token_type}`)
  return {
    accessToken: access_token,
    tokenType: isBound ? 'DPoP' : 'Bearer',
    startedAt,
    lifetimeMs: Math.min(expires_in * 1000, maxLifetimeMs),
    scope,
    refreshToken: refresh_token,
    idToken: id_token,
    claims: id_token === undefined ? id_token : await checkIdToken(config, id_token, access_token),
  }
}

function unusable(why: string): InvalidTokenResponseError {
  return new InvalidTokenResponseError(`The token response cannot be used: ${why}.`)
}
