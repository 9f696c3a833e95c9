// Makes the issuer's signing keys; private keys never leave the process.
import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { JWK } from 'oidc-provider'

const generate = promisify(generateKeyPair)

/** Generates one ES256 and one RS256 key, both for signatures. */
export async function generateSigningKeys(): Promise<JWK[]> {
  const [ec, rsa] = await Promise.all([
    generate('ec', { namedCurve: 'P-256' }),
    generate('rsa', { modulusLength: 2048 }),
  ])
  return [
    { ...ec.privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' } as JWK,
    { ...rsa.privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' } as JWK,
  ]
}
