/** When an access token may still be used (PROTOCOL rule 10). */
import type { StoredAccessToken } from './session-record.js'

/** A token from further ahead was got before the clock was set back, in ms. */
export const futureToleranceMs = 2000

/** When the token expires, epoch ms on this device's clock; Infinity = the server did not say. */
export function expiresAt(token: StoredAccessToken): number {
  return token.lifetime > 0 ? token.startedAt + token.lifetime : Infinity
}

/** A token with the page clock's view of its end: the wall clock alone may be set back. */
export interface ClockedToken extends StoredAccessToken {
  /** Page clock (monotonic ms) when it expires. */
  readonly expiresAtMonotonic: number
}

/**
 * Whether it can be sent: not from the future (2 s of tolerance), and both clocks well before its end.
 *
 * @param minValidityMs - At most half the life counts.
 */
export function isFresh(
  token: StoredAccessToken & { readonly expiresAtMonotonic?: number },
  now: number,
  monotonic: number,
  minValidityMs = 0,
): boolean {
  const { startedAt, lifetime } = token
  if (lifetime <= 0) return true
  const margin = Math.max(Math.min(5000, lifetime * 0.1), Math.min(minValidityMs, lifetime / 2))
  return (
    now >= startedAt - futureToleranceMs &&
    now < startedAt + lifetime - margin &&
    monotonic < (token.expiresAtMonotonic ?? Infinity) - margin
  )
}
