// The public face of a running issuer.
import type { FaultSwitchboard } from './faults.js'
import type { IssuerEvent, RequestCounters, TokenRequestEvent } from './request-log.js'

/** What can be done to a running issuer, from code or through its control endpoints. */
export interface IssuerControls {
  /** Every request since the start or the last `clearEvents`, in the order they arrived. */
  readonly events: readonly IssuerEvent[]
  readonly counters: RequestCounters
  readonly faults: FaultSwitchboard
  clearEvents(): void
  /** From now on every access token issued so far is refused (`isAccessTokenAlive`, userinfo). */
  expireAccessTokens(): void
  /**
   * Revokes the tokens of a person (by subject) or of one sign-in (by family id); without a target, of everybody.
   * The next refresh is answered `invalid_grant`.
   *
   * With `endBrowserSession` the person is also signed out of the issuer itself, so that a silent
   * re-authentication (`prompt=none`) fails too.
   *
   * @returns How many sign-ins it revoked.
   */
  revokeSession(target?: string, options?: { endBrowserSession?: boolean }): number
  /** For access tokens issued from now on. In seconds, 1 or more. */
  setAccessTokenLifetime(seconds: number): void
  /** In seconds; 0 makes every reuse a detection again. */
  setRefreshTokenGrace(seconds: number): void
  /** Whether an API should accept this access token (or the one with this `jti`): issued here, not expired, not revoked. */
  isAccessTokenAlive(tokenOrJti: string): boolean
  /** Signs with new keys from now on. The old ones stay published unless `keepPrevious` is false. */
  rotateKeys(options?: { keepPrevious?: boolean }): Promise<void>
}

export interface DevIssuer extends IssuerControls {
  /** The issuer identifier. */
  readonly url: string
  readonly port: number
  /** The log's token requests alone. */
  readonly tokenRequests: readonly TokenRequestEvent[]
  /** How often a used refresh token came back and its family was revoked. */
  readonly reuseDetections: number
  /** Calls back with each completed request. Gives the function that ends it. */
  onEvent(listener: (event: IssuerEvent) => void): () => void
  /** Signs any claims with the issuer's key, for use with a `rewrite` fault. */
  signJwt(claims: Record<string, unknown>, options?: SignJwtOptions): string
  /** Stops the issuer and everything that is held, delayed or hanging. */
  close(): Promise<void>
}

export interface SignJwtOptions {
  /** Default: `RS256`. */
  algorithm?: 'RS256' | 'ES256'
  /** Added to the header, over `alg` and `kid`. */
  header?: Record<string, unknown>
}
