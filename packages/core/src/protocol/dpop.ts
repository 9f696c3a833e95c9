/** Sender-constrained tokens (RFC 9449): keys, proofs, and the nonces of the authorization server. A chunk of its own. */
import { calculatePKCECodeChallenge, generateRandomState } from 'oauth4webapi'
import type { Clock } from '../environment/environment.js'
import { encodeBase64Url } from './plain-data.js'

export interface ProofClaims {
  readonly method: string
  readonly url: string
  readonly accessToken?: string | undefined
  readonly nonce?: string | undefined
}

export interface Proofs {
  /** ES256, the private key not extractable. One for each sign-in. */
  generateKey(): Promise<CryptoKeyPair>
  /** The key's thumbprint for `dpop_jkt` (RFC 7638, RFC 9449 §10). */
  thumbprint(key: CryptoKeyPair): Promise<string>
  prove(key: CryptoKeyPair, claims: ProofClaims): Promise<string>
  /** Sends with a proof; once more with the server's nonce, if it asks for one (RFC 9449 §8). */
  send(
    key: CryptoKeyPair,
    claims: ProofClaims,
    request: (headers: Record<string, string>) => Promise<Response>,
  ): Promise<Response>
}

export function createProofs(clock: Clock): Proofs {
  const nonces = new Map<string, string>()

  async function prove(key: CryptoKeyPair, claims: ProofClaims): Promise<string> {
    const { origin, pathname } = new URL(claims.url)
    const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: await publicJwk(key) }
    const payload = {
      jti: generateRandomState(),
      htm: claims.method,
      htu: origin + pathname,
      iat: Math.floor(clock.now() / 1000),
      nonce: claims.nonce,
      // base64url(SHA-256(…)), as S256 is too.
      ath: claims.accessToken && (await calculatePKCECodeChallenge(claims.accessToken)),
    }
    const input = `${encodeJson(header)}.${encodeJson(payload)}`
    const signature = await crypto.subtle.sign(
      { name: 'ECDSA', hash: 'SHA-256' },
      key.privateKey,
      new TextEncoder().encode(input),
    )
    return `${input}.${encodeBase64Url(new Uint8Array(signature))}`
  }

  return {
    generateKey: () =>
      crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']),
    thumbprint: async (key) => calculatePKCECodeChallenge(JSON.stringify(await publicJwk(key))),
    prove,
    async send(key, claims, request) {
      const { origin } = new URL(claims.url)
      const attempt = async () => {
        const nonce = nonces.get(origin)
        const response = await request({ dpop: await prove(key, { ...claims, nonce }) })
        const next = response.headers.get('dpop-nonce')
        if (next) nonces.set(origin, next)
        return { response, isNew: next !== null && next !== nonce }
      }
      const { response, isNew } = await attempt()
      return isNew && (await asksForNonce(response)) ? (await attempt()).response : response
    },
  }
}

/** In the order of RFC 7638 §3.2, so that it can be hashed as it is. */
async function publicJwk(key: CryptoKeyPair): Promise<object> {
  const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', key.publicKey)
  return { crv, kty, x, y }
}

async function asksForNonce(response: Response): Promise<boolean> {
  const told = `${response.headers.get('www-authenticate')} ${await response.clone().text()}`
  return (response.status === 400 || response.status === 401) && told.includes('use_dpop_nonce')
}

function encodeJson(value: object): string {
  return encodeBase64Url(new TextEncoder().encode(JSON.stringify(value)))
}
