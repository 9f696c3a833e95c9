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
  /** The server named the moment (`Retry-After`): `online` does not clear it. */
  readonly byServer?: boolean
}

export interface SessionRecord {
  readonly v: number
  readonly minReader: number
  /** Grows with every write, in all tabs. */
  readonly generation: number
  readonly state: 'signed-in' | 'signed-out' | 'ended'
  /** Kept as long as the same person stays signed in, through step-up and re-authentication. */
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

/** What a read of the store found. */
export type StoredSession =
  | { readonly kind: 'absent' }
  /** Not ours to understand: set aside, treated as absent. */
  | { readonly kind: 'malformed' }
  | { readonly kind: 'record'; readonly record: SessionRecord; readonly writable: boolean }

/**
 * Judges a stored value without trusting it. Unknown fields are kept (a newer version wrote them); older versions are migrated.
 * A record of another issuer or client is treated as absent: its refresh token is never sent here.
 */
export function parseSessionRecord(
  stored: unknown,
  client: { readonly issuer: string; readonly clientId: string },
): StoredSession {
  if (stored === undefined || stored === null) return { kind: 'absent' }
  const record = migrate(stored)
  if (!isSessionRecord(record)) return { kind: 'malformed' }
  if (record.issuer !== client.issuer || record.clientId !== client.clientId)
    return { kind: 'absent' }
  return { kind: 'record', record, writable: record.minReader <= recordVersion }
}

/** The tombstone a sign-out or an end leaves: no token, but what keeps late writers from undoing it. */
export function buildTombstone(
  record: SessionRecord,
  state: 'signed-out' | 'ended',
  ended?: SessionRecord['ended'],
): SessionRecord {
  return {
    v: recordVersion,
    minReader: 1,
    generation: record.generation + 1,
    state,
    sessionId: record.sessionId,
    signOuts: record.signOuts + (state === 'signed-out' ? 1 : 0),
    issuer: record.issuer,
    clientId: record.clientId,
    subject: '',
    claims: {},
    scope: '',
    accessTokens: {},
    ...(ended && { ended }),
  }
}

/** Older versions, one pure step each. Version 0 (before the first release) knew no `signOuts` and no `minReader`. */
function migrate(stored: unknown): unknown {
  if (!isObject(stored)) return stored
  return stored['v'] === 0 ? { signOuts: 0, minReader: 1, ...stored, v: 1 } : stored
}

function isSessionRecord(value: unknown): value is SessionRecord {
  if (!isObject(value)) return false
  const { intent, failure, accessTokens, state } = value
  return (
    isCount(value['v']) &&
    isCount(value['minReader']) &&
    isCount(value['generation']) &&
    isCount(value['signOuts']) &&
    (state === 'signed-in' || state === 'signed-out' || state === 'ended') &&
    ['sessionId', 'issuer', 'clientId', 'subject', 'scope'].every(
      (key) => typeof value[key] === 'string',
    ) &&
    (state !== 'signed-in' || value['subject'] !== '') &&
    isObject(value['claims']) &&
    isOptionalText(value['refreshToken']) &&
    isOptionalText(value['idToken']) &&
    isObject(accessTokens) &&
    Object.values(accessTokens).every(isStoredAccessToken) &&
    (intent === undefined ||
      (isObject(intent) && typeof intent['id'] === 'string' && isCount(intent['after']))) &&
    (failure === undefined ||
      (isObject(failure) &&
        isCount(failure['count']) &&
        isCount(failure['generation']) &&
        isCount(failure['notBefore'])))
  )
}

function isStoredAccessToken(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['value'] === 'string' &&
    value['value'] !== '' &&
    (value['type'] === 'Bearer' || value['type'] === 'DPoP') &&
    typeof value['scope'] === 'string' &&
    isCount(value['startedAt']) &&
    isCount(value['lifetime']) &&
    isCount(value['refusals'])
  )
}

/** A plain object: neither an array nor a Date, Map or buffer (structured clone can bring those). */
export function isObject(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Object]'
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 1e16
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value !== '')
}
