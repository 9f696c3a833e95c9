// Lets the previous refresh token be used again for a moment, as Auth0, Okta and Cognito can be told to.
import type { Adapter, AdapterPayload } from 'oidc-provider'

export interface RefreshGraceOptions {
  /** How long, in milliseconds; asked anew at every use. 0: never. */
  graceMs: () => number
  /** Epoch milliseconds. */
  now: () => number
}

/**
 * Wraps the refresh tokens' adapter so that a used refresh token looks unused within the grace.
 *
 * Only the token before the current one has a grace: once its successor has been used, using it again is reuse, and
 * oidc-provider revokes the family.
 */
export function withRefreshGrace(adapter: Adapter, { graceMs, now }: RefreshGraceOptions): Adapter {
  const firstUsedAt = new Map<string, number>()
  const newestUsedGeneration = new Map<string, number>()

  function hasGrace(id: string, payload: AdapterPayload): boolean {
    const usedAt = firstUsedAt.get(id)
    if (usedAt === undefined) return false
    const newest = newestUsedGeneration.get(payload.grantId ?? '') ?? 0
    return now() - usedAt < graceMs() && (payload.rotations ?? 0) >= newest
  }

  return {
    ...adapter,
    async find(id) {
      const payload = await adapter.find(id)
      if (!payload?.consumed || !hasGrace(id, payload)) return payload
      return { ...payload, consumed: undefined }
    },
    async consume(id) {
      const payload = await adapter.find(id)
      // The first use counts: a grace that starts again at every use would never end.
      if (!firstUsedAt.has(id)) firstUsedAt.set(id, now())
      if (payload) {
        const family = payload.grantId ?? ''
        const newest = newestUsedGeneration.get(family) ?? 0
        newestUsedGeneration.set(family, Math.max(newest, payload.rotations ?? 0))
      }
      await adapter.consume(id)
    },
  }
}
