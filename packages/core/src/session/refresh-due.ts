import { expiresAt } from './freshness.js'
import type { StoredAccessToken } from './session-record.js'

/**
 * When to refresh ahead of expiry, epoch ms: within a window of at most 60 s (20 % of the life) before it,
 * at a random point of the window's first 30 %, so that tabs and browsers do not fire together.
 */
export function refreshDueAt(token: StoredAccessToken, random: number): number {
  const window = Math.min(60_000, token.lifetime * 0.2)
  return expiresAt(token) - window * (1 - 0.3 * random)
}
