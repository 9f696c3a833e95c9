/** The ID token: what oauth4webapi checks, and what it leaves to its caller. OpenID Connect Core §3.1.3.7, §3.1.3.8. */
import * as oauth from 'oauth4webapi'
import type { SignInFailedError } from '../errors.js'
import type { IssuerDocuments } from './issuer-documents.js'
import { bare, decodeJson, encodeBase64Url } from './plain-data.js'
import { codeOf, objectionOf, signInFailed } from './problem.js'
import type { IdTokenClaims, ProtocolConfig, TokenSet } from './protocol.js'

/** The year 5138 in seconds: what is above is in milliseconds, or nonsense. */
const latestSeconds = 1e11

/**
 * Checks all that can be checked without clock and keys.
 *
 * @param processed - What oauth4webapi makes of the response; it has checked `iss`, `aud`, `nonce`, the algorithm and the claims' types.
 * @returns The claims; `undefined` if there is no ID token.
 * @throws {SignInFailedError} `invalid-id-token`
 */
export async function readIdToken(
  { clientId }: ProtocolConfig,
  { idToken, accessToken }: TokenSet,
  processed: Promise<oauth.TokenEndpointResponse>,
): Promise<IdTokenClaims | undefined> {
  const validated = await processed
    .then(oauth.getValidatedIdTokenClaims)
    .catch((error: unknown) => {
      throw invalidIdToken(objectionOf(error))
    })
  if (!validated || !idToken) return undefined
  const claims = bare<IdTokenClaims>({ ...validated })
  const { typ, alg } = decodeJson(idToken.split('.')[0])
  const { sub, azp, at_hash: accessTokenHash } = claims
  const { exp, iat } = validated

  // A JWT made for something else (`at+jwt`, `logout+jwt`, `dpop+jwt` …) says so.
  if (/\+jwt$/i.test(`${typ}`)) throw invalidIdToken('its typ is of another kind of token')
  if (!sub) throw invalidIdToken('sub is empty')
  if (azp !== undefined && azp !== clientId) throw invalidIdToken('azp is another client')
  if (exp > latestSeconds || iat > exp) throw invalidIdToken('exp or iat makes no sense')
  if (
    accessTokenHash !== undefined &&
    accessTokenHash !== (await leftHalfOfHash(accessToken, `${alg}`))
  )
    throw invalidIdToken('at_hash is of another access token')
  return claims
}

/** How many seconds the token's times are off this device's clock; 0 = within the tolerance. */
export function clockOffsetSeconds(
  { iat, exp, nbf }: Readonly<Record<string, unknown>>,
  { clock, clockToleranceMs }: ProtocolConfig,
): number {
  const now = clock.now() / 1000
  const tolerance = clockToleranceMs / 1000
  const [issued, ends, begins] = [iat, exp, nbf].map((time) => Number(time) - now) as [
    number,
    number,
    number,
  ]
  if (Math.abs(issued) > tolerance) return issued
  if (ends <= -tolerance) return ends
  return begins > tolerance ? begins : 0
}

/**
 * Checks the signature, with keys fetched anew if those at hand do not fit: a server may rotate its keys just before it signs.
 *
 * @returns `undefined`; or why the keys cannot be had, in which case nothing is known about the signature.
 * @throws {SignInFailedError} `invalid-id-token`
 */
export async function verifySignature(
  documents: IssuerDocuments,
  server: oauth.AuthorizationServer,
  response: Response,
  keysAtHand: () => Promise<oauth.JWKS>,
): Promise<unknown> {
  let failure: unknown
  let objection: unknown
  for (const load of [keysAtHand, () => documents.keys(true)]) {
    failure = undefined
    const jwks = await load().catch((error: unknown) => void (failure = error))
    if (!jwks) continue
    try {
      // Their age is ours to judge: oauth4webapi is told that they are fresh, and given a new object each time, so it never fetches.
      const uat = Math.floor(Date.now() / 1000)
      await oauth.validateApplicationLevelSignature(
        bare({ ...server }),
        response,
        bare({ [oauth.jwksCache]: { jwks, uat } }),
      )
      return undefined
    } catch (error) {
      objection = error
      if (codeOf(error) !== oauth.KEY_SELECTION) break
    }
  }
  if (failure) return failure
  throw invalidIdToken(objectionOf(objection))
}

export function invalidIdToken(why: string): SignInFailedError {
  return signInFailed('invalid-id-token', `The ID token is not valid: ${why}.`)
}

/** `at_hash` (OpenID Connect Core §3.1.3.6): the algorithm's hash; SHA-512 for Ed25519. */
async function leftHalfOfHash(text: string, algorithm: string): Promise<string> {
  const bits = /^..(\d{3})$/.exec(algorithm)?.[1] ?? '512'
  const hash = await crypto.subtle.digest(`SHA-${bits}`, new TextEncoder().encode(text))
  return encodeBase64Url(new Uint8Array(hash, 0, Number(bits) / 16))
}
