// Signs any claims with the issuer's own key, so that tests can hand out ID tokens no honest provider would.
import { createPrivateKey, sign } from 'node:crypto'
import type { SignJwtOptions } from './dev-issuer.js'
import type { SigningKey } from './signing-keys.js'

/** Gives a JWT with exactly these claims, signed with the first key of the algorithm. */
export function signJwt(
  keys: SigningKey[],
  claims: Record<string, unknown>,
  { algorithm = 'RS256', header = {} }: SignJwtOptions = {},
): string {
  const jwk = keys.find(({ alg }) => alg === algorithm)
  if (!jwk) throw new Error(`the issuer has no ${algorithm} key`)
  const input = [{ alg: algorithm, kid: jwk.kid, ...header }, claims].map(encode).join('.')
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
