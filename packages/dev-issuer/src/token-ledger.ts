// Remembers every token the issuer gave out, also after it is gone: who it belongs to, which generation, whether it lives.
import type Provider from 'oidc-provider'

/** A sign-in's refresh tokens, one after the other, and the access tokens that came with them. */
export interface TokenFamily {
  familyId: string
  subject: string | undefined
  clientId: string | undefined
  revoked: boolean
}

export interface KnownRefreshToken {
  familyId: string
  /** 1 for the refresh token of the sign-in, one more for each rotation. */
  generation: number
  /** How often it was exchanged; more than once only within the grace. */
  uses: number
}

export interface TokenLedger {
  /** Listens to a provider; after a key rotation there is a new one. */
  follow(provider: Provider): void
  refreshToken(value: string): KnownRefreshToken | undefined
  families(): TokenFamily[]
  markRevoked(familyId: string): void
  expireAccessTokens(): void
  /** Whether an API should still accept this access token (or the one with this `jti`). */
  isAccessTokenAlive(tokenOrJti: string): boolean
}

interface KnownAccessToken {
  familyId: string | undefined
  /** Epoch milliseconds. */
  expiresAt: number
}

const sweepAbove = 10_000

export function createTokenLedger(): TokenLedger {
  const families = new Map<string, TokenFamily>()
  const refreshTokens = new Map<string, KnownRefreshToken>()
  const accessTokens = new Map<string, KnownAccessToken>()

  function noteFamily(token: GrantedToken): void {
    if (!token.grantId || families.has(token.grantId)) return
    families.set(token.grantId, {
      familyId: token.grantId,
      subject: token.accountId,
      clientId: token.clientId,
      revoked: false,
    })
  }

  function noteAccessToken(
    token: GrantedToken & { exp?: number | undefined; expiration: number },
  ): void {
    noteFamily(token)
    if (accessTokens.size > sweepAbove) forgetExpired()
    const expiresAt = token.exp ? token.exp * 1000 : Date.now() + token.expiration * 1000
    accessTokens.set(token.jti, { familyId: token.grantId, expiresAt })
  }

  function forgetExpired(): void {
    for (const [jti, { expiresAt }] of accessTokens) {
      if (expiresAt <= Date.now()) accessTokens.delete(jti)
    }
  }

  function markRevoked(familyId: string): void {
    const family = families.get(familyId)
    if (family) family.revoked = true
  }

  return {
    follow(provider) {
      provider.on('access_token.issued', noteAccessToken)
      provider.on('access_token.saved', noteAccessToken)
      provider.on('access_token.destroyed', ({ jti }) => accessTokens.delete(jti))
      provider.on('refresh_token.saved', (token) => {
        noteFamily(token)
        const generation = (token.rotations ?? 0) + 1
        refreshTokens.set(token.jti, { familyId: token.grantId ?? '', generation, uses: 0 })
      })
      provider.on('refresh_token.consumed', ({ jti }) => {
        const known = refreshTokens.get(jti)
        if (known) known.uses += 1
      })
      provider.on('grant.revoked', (_context, grantId) => markRevoked(grantId))
    },
    refreshToken: (value) => refreshTokens.get(value),
    families: () => [...families.values()],
    markRevoked,
    expireAccessTokens: () => accessTokens.clear(),
    isAccessTokenAlive(tokenOrJti) {
      const known = accessTokens.get(jtiOf(tokenOrJti))
      if (!known || known.expiresAt <= Date.now()) return false
      return !(known.familyId && families.get(known.familyId)?.revoked)
    },
  }
}

interface GrantedToken {
  jti: string
  grantId?: string | undefined
  accountId?: string | undefined
  clientId?: string | undefined
}

/** The `jti` of a JWT; an opaque token is its own. */
function jtiOf(tokenOrJti: string): string {
  const [, payload, signature] = tokenOrJti.split('.')
  if (!payload || signature === undefined) return tokenOrJti
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    if (claims && typeof claims === 'object' && 'jti' in claims) return String(claims.jti)
  } catch {
    // Not a JWT after all: known to nobody.
  }
  return tokenOrJti
}
