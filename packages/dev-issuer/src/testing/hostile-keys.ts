// Keys that are published or not, and JWTs signed with them, whatever they say.
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose'

export interface SigningKey {
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
  readonly alg: string
  readonly kid: string | undefined
}

/** Signs any claims with any header; members that are `undefined` are left out. */
export async function signJwt(
  claims: Record<string, unknown>,
  key: SigningKey,
  header: Record<string, unknown> = {},
): Promise<string> {
  return new SignJWT(withoutUndefined(claims))
    .setProtectedHeader({ alg: key.alg, ...withoutUndefined(header) })
    .sign(key.privateKey)
}

export async function createKey(alg = 'ES256', kid?: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const publicJwk = { ...(await exportJWK(publicKey)), alg, use: 'sig', ...(kid && { kid }) }
  return { privateKey, publicJwk, alg, kid }
}

function withoutUndefined(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
