/** The ID token: what oauth4webapi leaves to its caller. OpenID Connect Core §3.1.3.7, §3.1.3.8. */
import * as oauth from 'oauth4webapi'
import type { SignInFailedError } from '../errors.js'
import type { IssuerDocuments } from './issuer-documents.js'
import { bare, decodeJson, toBase64 } from './plain-data.js'
import { codeOf, objectionOf, signInFailed } from './problem.js'
import type { IdTokenClaims, ProtocolConfig } from './protocol.js'

/** The year 5138 in seconds: what is above is in milliseconds, or nonsense. */
const latestSeconds = 1e11

/** The client as oauth4webapi wants it, with the ID token algorithms pinned. */
export function oauthClient(
  config: ProtocolConfig,
  server: oauth.AuthorizationServer,
): oauth.Client {
  return bare<oauth.Client>({
    client_id: config.clientId,
    // A list works as well as the one name its type speaks of.
    id_token_signed_response_alg: signatureAlgorithms(
      config,
      server.id_token_signing_alg_values_supported,
    ) as unknown as string,
    // Times are judged below, with this client's clock.
    [oauth.clockTolerance]: 1e12,
  })
}

/** What the server offers and the app accepts: signatures only the server can make, so never `none`, never HMAC. */
function signatureAlgorithms(
  { idTokenSigningAlgorithms: accepted }: ProtocolConfig,
  offered: readonly string[] = accepted ?? ['RS256'],
): string[] {
  return offered.filter(
    (name) =>
      /^([RPE]S(256|384|512)|Ed25519|EdDSA)$/.test(name) && (accepted ?? offered).includes(name),
  )
}

/**
 * Checks what needs neither clock nor keys. oauth4webapi has checked `iss`, `aud`, the algorithm and the claims' types before.
 *
 * @throws {SignInFailedError} `invalid-id-token`
 */
export async function checkIdToken(
  { clientId }: ProtocolConfig,
  idToken: string,
  accessToken: string,
): Promise<IdTokenClaims> {
  const { typ, alg } = decodeJson(idToken, 0)
  const claims = decodeJson(idToken, 1)
  const { sub, azp = clientId, exp, iat, at_hash: hash } = claims as unknown as oauth.IDToken
  const bits = /^..(\d{3})$/.exec(`${alg}`)?.[1] ?? '512'
  const digest = await crypto.subtle.digest(`SHA-${bits}`, new TextEncoder().encode(accessToken))
  const leftHalf = String.fromCharCode(...new Uint8Array(digest, 0, digest.byteLength / 2))
  const faults = {
    // A JWT made for something else says so: `at+jwt`, `logout+jwt`, `dpop+jwt` …
    typ: /\+jwt$/i.test(`${typ}`),
    sub: !sub,
    azp: azp !== clientId,
    exp: exp > latestSeconds || iat > exp,
    at_hash: hash !== undefined && toBase64(hash) !== btoa(leftHalf).replace(/=/g, ''),
  }
  for (const [name, isFault] of Object.entries(faults)) if (isFault) throw invalidIdToken(name)
  return claims as IdTokenClaims
}

/**
 * How many seconds the token's times are off this device's clock; 0 = within the tolerance. An `exp` that is over needs no look of its own:
 * it is not before `iat`.
 */
export function clockOffsetSeconds(
  { clock, clockToleranceMs }: ProtocolConfig,
  { iat, nbf }: IdTokenClaims,
): number {
  const tolerance = clockToleranceMs / 1000
  const ahead = (time: unknown) => Number(time) - clock.now() / 1000
  if (Math.abs(ahead(iat)) > tolerance) return ahead(iat)
  return ahead(nbf) > tolerance ? ahead(nbf) : 0
}

/**
 * Checks the signature of a response that oauth4webapi has processed, with keys fetched anew if those at hand do not fit: a server may
 * rotate its keys just before it signs.
 *
 * @throws {SignInFailedError} `invalid-id-token`; another error of ours: the keys cannot be had, so nothing is known.
 */
export async function verifySignature(
  { keysAnew, serverAtHand }: IssuerDocuments,
  response: Response,
  keysAtHand: Promise<oauth.JWKS>,
): Promise<void> {
  let jwks = await keysAtHand.catch(() => undefined)
  for (let isNew = !jwks; ; isNew = true) {
    jwks ??= await keysAnew()
    // Their age is ours to judge: oauth4webapi is told that they are fresh, and given a new object each time, so it never fetches.
    const cached = { jwks, uat: Math.floor(Date.now() / 1000) }
    try {
      const options = bare({ [oauth.jwksCache]: cached })
      await oauth.validateApplicationLevelSignature(bare({ ...serverAtHand() }), response, options)
      return
    } catch (error) {
      if (isNew || codeOf(error) !== oauth.KEY_SELECTION) throw invalidIdToken(objectionOf(error))
    }
    jwks = undefined
  }
}

/** @param why - A claim, or a sentence. */
export function invalidIdToken(why: string): SignInFailedError {
  return signInFailed('invalid-id-token', `The ID token is not valid: ${why}.`)
}
