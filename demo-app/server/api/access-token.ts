// Decides whether an access token is good: the issuer's signature, issuer, audience and expiry, or its word at the userinfo endpoint.
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose'
import { readProviderMetadata } from '../provider-metadata.js'
import { fingerprintOf } from './fingerprint.js'

/** Who is calling, as the access token says. */
export interface Caller {
  readonly subject: string
  /** Granted scopes; `undefined` = the token does not say. */
  readonly scopes: readonly string[] | undefined
  /** The authentication context (RFC 9470 §6.1). */
  readonly acr: string | undefined
}

export interface TokenRules {
  readonly issuer: string
  /** The `aud` that tokens for this API have. Without it the token must have been issued to `clientId`. */
  readonly audience: string | undefined
  readonly clientId: string
  /** Asked after everything else; the embedded issuer knows what it has revoked. */
  readonly isAlive?: ((token: string) => boolean) | undefined
}

export interface AccessTokenGuard {
  /** `undefined`: the token is not good (any more). */
  check(token: string): Promise<Caller | undefined>
  /** Refuses this token from now on. */
  refuse(token: string): void
}

export function createAccessTokenGuard(rules: TokenRules): AccessTokenGuard {
  const refused = new Set<string>()
  const metadata = lazily(() => readProviderMetadata(rules.issuer))
  const keys = lazily(async () => createRemoteJWKSet(new URL((await metadata()).jwks_uri)))

  return {
    async check(token) {
      if (refused.has(fingerprintOf(token))) return undefined
      const caller = isJwt(token)
        ? callerOf(await verify(token, await keys(), rules))
        : await askUserinfo((await metadata()).userinfo_endpoint, token)
      return rules.isAlive?.(token) === false ? undefined : caller
    },
    refuse: (token) => void refused.add(fingerprintOf(token)),
  }
}

async function verify(
  token: string,
  keys: ReturnType<typeof createRemoteJWKSet>,
  { issuer, audience, clientId }: TokenRules,
): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      clockTolerance: 0,
      requiredClaims: ['exp', 'sub'],
      ...(audience && { audience }),
    })
    return audience || isFor(clientId, payload) ? payload : undefined
  } catch (error) {
    // Everything jose finds wrong with a token has a code; anything else is a fault of ours or of the network.
    if (error instanceof Error && 'code' in error && !isNetworkTrouble(error)) return undefined
    throw error
  }
}

/** Providers without audiences of their own (Keycloak as it is installed) name the client they issued the token to. */
function isFor(clientId: string, payload: JWTPayload): boolean {
  return [payload.aud, payload['azp'], payload['client_id']].flat().includes(clientId)
}

function isNetworkTrouble(error: Error & { code: unknown }): boolean {
  return error.code === 'ERR_JWKS_TIMEOUT' || error.code === 'ERR_JOSE_GENERIC'
}

function callerOf(payload: JWTPayload | undefined): Caller | undefined {
  if (payload?.sub === undefined) return undefined
  const scope = payload['scope'] ?? payload['scp']
  return {
    subject: payload.sub,
    scopes: typeof scope === 'string' ? scope.split(' ') : undefined,
    acr: typeof payload['acr'] === 'string' ? payload['acr'] : undefined,
  }
}

async function askUserinfo(
  endpoint: string | undefined,
  token: string,
): Promise<Caller | undefined> {
  if (!endpoint) return undefined
  const answer = await fetch(endpoint, { headers: { authorization: `Bearer ${token}` } })
  if (answer.status === 401 || answer.status === 403) return undefined
  if (!answer.ok) throw new Error(`The userinfo endpoint answered ${answer.status}.`)
  const claims = (await answer.json()) as { sub?: unknown }
  if (typeof claims.sub !== 'string') return undefined
  return { subject: claims.sub, scopes: undefined, acr: undefined }
}

function isJwt(token: string): boolean {
  try {
    return decodeProtectedHeader(token).alg !== undefined
  } catch {
    return false
  }
}

/** Runs once at the first use; a failure is not remembered. */
function lazily<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let loading: Promise<Value> | undefined
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return loading
  }
}
