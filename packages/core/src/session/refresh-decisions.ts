/** What the transactions of one refresh attempt decide (PROTOCOL rules 14, 19, 20, 23, 24): pure, so that a model can try every order. */
import type { Decision } from '../environment/environment.js'
import { futureToleranceMs, isFresh } from './freshness.js'
import type { TokenWish } from './request-door.js'
import {
  parseSessionRecord,
  type RefreshFailure,
  type SessionRecord,
  type StoredAccessToken,
} from './session-record.js'
import { buildTombstone, isWritable } from './tombstone.js'

/** Who asks. */
export interface ClientIdentity {
  readonly issuer: string
  readonly clientId: string
}

/** What was known of the record when the attempt began. */
export interface AttemptBase {
  readonly sessionId: string
  readonly generation: number
  /** The wanted key's token then. */
  readonly token: StoredAccessToken | undefined
}

export type ClaimResult =
  | { readonly kind: 'claimed'; readonly record: SessionRecord }
  | { readonly kind: 'satisfied'; readonly record: SessionRecord }
  /** Another attempt of this generation has failed meanwhile: its failure is shared. */
  | { readonly kind: 'failed-elsewhere'; readonly failure: RefreshFailure }
  | { readonly kind: 'too-early'; readonly failure: RefreshFailure }
  | { readonly kind: 'intent'; readonly id: string; readonly rotates: boolean | undefined }
  | { readonly kind: 'newer-version' }
  /** No session, another session, a tombstone, nothing: the store's word is to be followed. */
  | { readonly kind: 'session-moved'; readonly stored: unknown }
  | { readonly kind: 'no-refresh-token'; readonly record: SessionRecord }

const longestWaitMs = 3_600_000

/** Whether the record already holds what is wished: a fresh token later than the one known when the attempt began. */
export function isSatisfied(
  record: SessionRecord,
  wish: TokenWish,
  base: AttemptBase,
  now: number,
): boolean {
  const token = record.accessTokens[wish.key]
  if (!token || !isFresh(token, now, 0, wish.minValidityMs)) return false
  if (token.value === wish.refused) return false
  return !base.token || wish.refused !== undefined || isNewer(token, base.token, now)
}

/** Whether a token was asked for later than another; one from the future was asked for before the clock was set back. */
function isNewer(token: StoredAccessToken, other: StoredAccessToken, now: number): boolean {
  return (
    token.value !== other.value &&
    (token.startedAt > other.startedAt || other.startedAt > now + futureToleranceMs)
  )
}

/** Looks without writing: what a claim would meet now (rules 11 and 12). */
export function inspect(
  value: unknown,
  client: ClientIdentity,
  wish: TokenWish,
  base: AttemptBase,
  now: number,
  deadIntent?: string,
): ClaimResult {
  const record = parseSessionRecord(value, client)
  if (record?.state !== 'signed-in' || record.sessionId !== base.sessionId)
    return { kind: 'session-moved', stored: value }
  // the store went back: what it holds now may be spent long since
  if (record.generation < base.generation) return { kind: 'session-moved', stored: value }
  if (isSatisfied(record, wish, base, now)) return { kind: 'satisfied', record }
  if (!isWritable(record)) return { kind: 'newer-version' }
  const { failure, intent } = record
  if (failure && failure.generation > base.generation) return { kind: 'failed-elsewhere', failure }
  if (failure && isTooEarly(failure, now)) return { kind: 'too-early', failure }
  if (intent && intent.id !== deadIntent)
    return { kind: 'intent', id: intent.id, rotates: record.rotates }
  if (!record.refreshToken) return { kind: 'no-refresh-token', record }
  return { kind: 'claimed', record }
}

/** Whether the next try is not due; a moment written by a clock that has been set back since means nothing. */
function isTooEarly({ notBefore, at = 0 }: RefreshFailure, now: number): boolean {
  return notBefore > now && notBefore <= now + longestWaitMs && now >= at - futureToleranceMs
}

/** Writes the intent, if nothing speaks against it; the refresh token to send is the one of the record that comes back. */
export function claim(
  value: unknown,
  client: ClientIdentity,
  wish: TokenWish,
  base: AttemptBase,
  now: number,
  intentId: string,
  deadIntent: string | undefined,
): Decision<ClaimResult> {
  const seen = inspect(value, client, wish, base, now, deadIntent)
  if (seen.kind !== 'claimed') return { result: seen }
  const { intent } = seen.record
  const record: SessionRecord = {
    ...seen.record,
    generation: seen.record.generation + 1,
    intent: { id: intentId, after: intent ? intent.after + 1 : 0 },
  }
  return { put: record, result: { kind: 'claimed', record } }
}

export type CommitResult =
  | { readonly kind: 'committed'; readonly record: SessionRecord }
  /** Signed out meanwhile, or another user: the new refresh token is to be revoked. */
  | { readonly kind: 'revoke'; readonly stored: unknown }
  /** The session has moved on by itself: the answer is dropped, and nothing is revoked. */
  | { readonly kind: 'dropped'; readonly stored: unknown }
  | { readonly kind: 'absent' }

/** What a granted refresh changes in the record. */
export interface RefreshedTokens {
  readonly sent: string
  readonly received: string | undefined
  readonly key: string
  readonly token: StoredAccessToken
  readonly idToken: string | undefined
  readonly claims: Readonly<Record<string, unknown>> | undefined
}

/** The record after a granted refresh. */
export function applyRefresh(
  record: SessionRecord,
  tokens: RefreshedTokens,
  generation: number,
  now: number,
): SessionRecord {
  const { intent: _intent, failure: _failure, ...rest } = record
  const current = record.accessTokens[tokens.key]
  const isLater =
    !current || tokens.token.startedAt === current.startedAt || isNewer(tokens.token, current, now)
  return {
    ...rest,
    generation,
    refreshToken: tokens.received ?? tokens.sent,
    rotates: tokens.received !== undefined && tokens.received !== tokens.sent,
    accessTokens: isLater
      ? { ...record.accessTokens, [tokens.key]: tokens.token }
      : record.accessTokens,
    ...(tokens.key === '' && isLater && { scope: tokens.token.scope }),
    ...(tokens.idToken && { idToken: tokens.idToken }),
    ...(tokens.claims && { claims: tokens.claims }),
  }
}

/**
 * Stores what a refresh brought, by compare-and-set on the refresh token that was sent: neither generation nor intent is compared,
 * since other writers may have moved those.
 */
export function commit(
  value: unknown,
  client: ClientIdentity,
  claimed: Pick<SessionRecord, 'sessionId' | 'subject' | 'generation'>,
  knownGeneration: number,
  tokens: RefreshedTokens,
  now: number,
): Decision<CommitResult> {
  const record = parseSessionRecord(value, client)
  if (!record) return { result: { kind: 'absent' } }
  const isMine = record.sessionId === claimed.sessionId
  if (record.state === 'signed-in' && isMine) {
    if (
      tokens.received !== undefined &&
      tokens.received !== tokens.sent &&
      record.refreshToken === tokens.received
    )
      return { result: { kind: 'committed', record } }
    // below the claim's generation the store went back: what it holds was spent before
    if (record.refreshToken === tokens.sent || record.generation < claimed.generation) {
      const generation = Math.max(record.generation, claimed.generation, knownGeneration) + 1
      const next = applyRefresh(record, tokens, generation, now)
      return { put: next, result: { kind: 'committed', record: next } }
    }
  }
  const isSignedOut = record.state === 'signed-out' && isMine
  const isOther = record.state === 'signed-in' && !isMine && record.subject !== claimed.subject
  return { result: { kind: isSignedOut || isOther ? 'revoke' : 'dropped', stored: value } }
}

/** Ends the session, if the refused refresh token is still the current one and the attempt mine. */
export function end(
  value: unknown,
  client: ClientIdentity,
  base: { readonly sessionId: string },
  sent: string | undefined,
  intentId: string | undefined,
  ended: SessionRecord['ended'],
): Decision<SessionRecord | undefined> {
  const record = parseSessionRecord(value, client)
  if (
    record?.state !== 'signed-in' ||
    !isWritable(record) ||
    record.sessionId !== base.sessionId ||
    record.refreshToken !== sent ||
    record.intent?.id !== intentId
  )
    return { result: undefined }
  const tombstone = buildTombstone(record, 'ended', ended)
  return { put: tombstone, result: tombstone }
}

/** How an attempt failed, as written down for all tabs. */
export interface AttemptFailure {
  /** How long nobody tries, in ms, after so many failures in a row before this one; `undefined`: it concerns one resource only. */
  readonly delayMs: ((count: number) => number) | undefined
  /** The server named the moment. */
  readonly byServer: boolean
  readonly reason: string
  /** The refresh token may be spent: the intent stays, for the next claimant to know. */
  readonly isSpent: boolean
  readonly looksRefused: boolean
}

/** Writes down a temporary failure, so that all tabs wait (rule 24). */
export function postpone(
  value: unknown,
  client: ClientIdentity,
  intentId: string,
  { delayMs, byServer, reason, isSpent, looksRefused }: AttemptFailure,
  now: number,
): Decision<SessionRecord | undefined> {
  const stored = parseSessionRecord(value, client)
  if (stored?.intent?.id !== intentId || !isWritable(stored)) return { result: undefined }
  const { intent, ...rest } = stored
  const { failure } = rest
  const count = failure?.count ?? 0
  const generation = rest.generation + 1
  const record: SessionRecord = {
    ...rest,
    generation,
    ...(delayMs && {
      failure: {
        generation,
        count: count + 1,
        notBefore: now + delayMs(count),
        at: now,
        reason,
        ...(byServer && { byServer }),
        ...(looksRefused && { refusals: (failure?.refusals ?? 0) + 1 }),
      },
    }),
    ...(intent && (isSpent || intent.after > 0) && { intent }),
  }
  return { put: record, result: record }
}

/** `online`: nobody needs to wait any longer, unless the server has named the moment. */
export function clearBackoff(
  value: unknown,
  client: ClientIdentity,
): Decision<SessionRecord | undefined> {
  const stored = parseSessionRecord(value, client)
  if (!stored || !isWritable(stored)) return { result: undefined }
  const { failure, ...rest } = stored
  if (!failure?.notBefore || failure.byServer) return { result: undefined }
  const record: SessionRecord = {
    ...rest,
    generation: rest.generation + 1,
    failure: { ...failure, notBefore: 0 },
  }
  return { put: record, result: record }
}
