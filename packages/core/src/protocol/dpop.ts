/** Sender-constrained tokens (RFC 9449): keys, proofs, and the nonces of the authorization server. */
import type { Clock } from '../environment/environment.js'
import { AuthError } from '../errors.js'
import { encode, encodeText, randomText, sha256 } from './random-and-hash.js'
import type { ProofInput } from './protocol.js'
import type { EndpointAnswer } from './endpoint-answer.js'

export interface Proofs {
  /** @throws {AuthError} `proof-key-lost`: the key cannot sign. */
  prove(
    input: Omit<ProofInput, 'accessToken'> & { accessToken?: string | undefined },
  ): Promise<string>
  /** Sends with a proof; once more if the server asks for a nonce (RFC 9449 §8). */
  send(
    key: CryptoKeyPair,
    method: string,
    url: string,
    accessToken: string | undefined,
    attempt: (headers: { dpop: string }) => Promise<EndpointAnswer>,
  ): Promise<EndpointAnswer>
}

export function createProofs(clock: Clock): Proofs {
  const nonces = new Map<string, string>()

  const proofs: Proofs = {
    async prove({ key, method, url, accessToken, nonce }) {
      try {
        const { origin, pathname } = new URL(url)
        const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: await publicJwk(key) }
        const payload = {
          jti: randomText(),
          htm: method,
          htu: origin + pathname,
          iat: Math.floor(clock.now() / 1000),
          nonce,
          ath: accessToken && (await sha256(accessToken)),
        }
        const input = [header, payload].map((part) => encodeText(JSON.stringify(part))).join('.')
        const signature = await crypto.subtle.sign(
          { name: 'ECDSA', hash: 'SHA-256' },
          key.privateKey,
          new TextEncoder().encode(input),
        )
        return `${input}.${encode(signature)}`
      } catch {
        throw new AuthError('proof-key-lost', 'The DPoP key of this session cannot be used.')
      }
    },
    async send(key, method, url, accessToken, attempt) {
      const { origin } = new URL(url)
      const once = async () => {
        const nonce = nonces.get(origin)
        const answer = await attempt({
          dpop: await proofs.prove({ key, method, url, accessToken, nonce }),
        })
        const next = answer.response.headers.get('dpop-nonce')
        if (next) nonces.set(origin, next)
        return { answer, next, isNew: next !== nonce }
      }
      const { answer, next, isNew } = await once()
      if (!asksForNonce(answer)) return answer
      if (!next)
        throw new AuthError(
          'proof-required',
          `${origin} must list DPoP-Nonce in Access-Control-Expose-Headers.`,
        )
      return isNew ? (await once()).answer : answer
    },
  }
  return proofs
}

/** ES256, the private key not extractable. One for each sign-in. */
export function generateProofKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ])
}

/** For `dpop_jkt`, which binds the code to the key (RFC 7638, RFC 9449 §10). */
export async function thumbprintOf(key: CryptoKeyPair): Promise<string> {
  return sha256(JSON.stringify(await publicJwk(key)))
}

/** In the order of RFC 7638 §3.2, so that it can be hashed as it is. */
async function publicJwk({ publicKey }: CryptoKeyPair): Promise<object> {
  const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  return { crv, kty, x, y }
}

/** The authorization server says so in the body, a resource server in the challenge. */
function asksForNonce({ response, body }: EndpointAnswer): boolean {
  const told = body?.['error'] ?? response.headers.get('www-authenticate')
  return (response.status === 400 || response.status === 401) && /use_dpop_nonce/.test(`${told}`)
}
