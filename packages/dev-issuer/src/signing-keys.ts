// Makes the issuer's signing keys; private keys never leave the process.
import { generateKeyPair, randomUUID, type JsonWebKey, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

export interface SigningKey extends JsonWebKey {
  kty: string
  kid: string
  alg: 'ES256' | 'RS256'
}

const generate = promisify(generateKeyPair)

/** Generates one ES256 and one RS256 key, both for signatures. */
export async function generateSigningKeys(): Promise<SigningKey[]> {
  const [ec, rsa] = await Promise.all([
    generate('ec', { namedCurve: 'P-256' }),
    generate('rsa', { modulusLength: 2048 }),
  ])
  return [signingKey(ec.privateKey, 'ES256'), signingKey(rsa.privateKey, 'RS256')]
}

function signingKey(key: KeyObject, alg: SigningKey['alg']): SigningKey {
  const jwk = key.export({ format: 'jwk' })
  return { ...jwk, kty: jwk.kty ?? '', kid: randomUUID(), alg, use: 'sig' }
}
