/** The session as it is stored: one record per client, a wire format that two versions of Latchkey on one origin share. */

/** Of our writing; a reader of an older version must be at least `minReader` to write or refresh. */
export const recordVersion = 1

/** An access token as stored, keyed by resource and sorted scope. */
export interface StoredAccessToken {
  readonly value: string
  readonly type: 'Bearer' | 'DPoP'
  readonly scope: string
  /** Wall clock at the start of the token request, epoch ms. */
  readonly startedAt: number
  /** In ms, counted from `startedAt`; 0 = use it until a 401. */
  readonly lifetime: number
  /** How many 401-driven refreshes in a row led here without the path ever having succeeded. */
  readonly refusals: number
}

/** A token request is about to be, or was, sent with the refresh token of this record. */
export interface RefreshIntent {
  readonly id: string
  /** How many dead owners' intents this one follows: above 0, the refresh token may be spent. */
  readonly after: number
}

/** The last refresh attempt of this generation failed temporarily. */
export interface RefreshFailure {
  readonly generation: number
  readonly count: number
  /** No other attempt before this moment, epoch ms. */
  readonly notBefore: number
  /** When it failed, epoch ms: a clock that shows less has been set back. */
  readonly at?: number
  /** The server named the moment (`Retry-After`): `online` does not clear it. */
  readonly byServer?: boolean
  /** Of `RefreshPostponedError`: all tabs tell the same. */
  readonly reason?: string
  /** How many answers in a row were no refusal, but looked like one. */
  readonly refusals?: number
}

export interface SessionRecord {
  readonly v: number
  readonly minReader: number
  /** Grows with every write, in all tabs. */
  readonly generation: number
  readonly state: 'signed-in' | 'signed-out' | 'ended'
  /** A new one with each sign-in. */
  readonly sessionId: string
  /** How often this client was signed out: a callback that began before the last one commits nothing. */
  readonly signOuts: number
  readonly issuer: string
  readonly clientId: string
  readonly subject: string
  /** All claims of the last validated ID token. */
  readonly claims: Readonly<Record<string, unknown>>
  readonly idToken?: string
  readonly scope: string
  readonly refreshToken?: string
  /** Whether the last refresh brought another refresh token. */
  readonly rotates?: boolean
  readonly accessTokens: Readonly<Record<string, StoredAccessToken>>
  readonly intent?: RefreshIntent
  readonly failure?: RefreshFailure
  /** Re-created by a live page after the store lost it: a page that starts asks for a voucher first. */
  readonly volatile?: true
  readonly dpopKey?: CryptoKeyPair
  /** Why it ended, for `state: 'ended'`. */
  readonly ended?: { readonly reason: string; readonly detail?: 'rotation-lost' | 'refused' }
}

/**
 * Judges a stored value without trusting it. Unknown fields are kept (a newer version wrote them); older versions are migrated.
 * `undefined`: none, malformed, or of another issuer or client, whose refresh token is never sent here.
 */
export function parseSessionRecord(
  stored: unknown,
  client: { readonly issuer: string; readonly clientId: string },
): SessionRecord | undefined {
  if (!isObject(stored)) return undefined
  // version 0 (before the first release) knew neither
  const record = stored['v'] === 0 ? { signOuts: 0, minReader: 1, ...stored, v: 1 } : stored
  const { state, accessTokens, intent, failure } = record
  return hasCounts(record, 'v minReader generation signOuts') &&
    hasTexts(record, 'sessionId issuer clientId subject scope') &&
    record['issuer'] === client.issuer &&
    record['clientId'] === client.clientId &&
    (state === 'signed-in'
      ? // absent, or a text
        hasTexts({ refreshToken: '', idToken: '', ...record }, 'refreshToken idToken')
      : state === 'signed-out' || state === 'ended') &&
    isObject(record['claims']) &&
    isObject(accessTokens) &&
    Object.values(accessTokens).every(
      (token) =>
        isObject(token) &&
        hasTexts(token, 'value scope') &&
        (token['type'] === 'Bearer' || token['type'] === 'DPoP') &&
        hasCounts(token, 'startedAt lifetime refusals'),
    ) &&
    (!intent || (isObject(intent) && hasTexts(intent, 'id') && hasCounts(intent, 'after'))) &&
    (!failure || (isObject(failure) && hasCounts(failure, 'generation count notBefore')))
    ? (record as unknown as SessionRecord)
    : undefined
}

/** A plain object: neither an array nor a Date, Map or buffer (structured clone can bring those). */
export function isObject(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Object]'
}

function hasTexts(value: Record<string, unknown>, names: string): boolean {
  return names.split(' ').every((name) => typeof value[name] === 'string')
}

function hasCounts(value: Record<string, unknown>, names: string): boolean {
  return names.split(' ').every((name) => {
    const count = value[name]
    return typeof count === 'number' && count >= 0 && count < 1e16
  })
}
