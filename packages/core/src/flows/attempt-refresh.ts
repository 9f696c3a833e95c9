/**
 * One refresh attempt of this page: lock → read again → claim → grant → store → tell (PROTOCOL rules 9–25).
 * Between the claim and the store nothing is loaded and no code of the app runs.
 */
import { RefreshPostponedError, SignInFailedError, StorageError } from '../errors.js'
import type { Protocol } from '../protocol/protocol.js'
import {
  claim,
  inspect,
  postpone,
  type AttemptBase,
  type ClaimResult,
} from '../session/refresh-decisions.js'
import type { TokenWish } from '../session/request-door.js'
import { parseSessionRecord, type SessionRecord } from '../session/session-record.js'
import { adoptRecord, adoptStored } from './adopt-session.js'
import { askServiceWorker } from './ask-service-worker.js'
import type { ClientContext } from './client-context.js'
import { commitRefresh } from './commit-refresh.js'
import { endSession } from './end-session.js'
import type { RefreshAttempt } from './refresh-attempt.js'
import { revokeLater } from './revoke-later.js'
import { refreshWithoutStore, respectSpent } from './refresh-without-store.js'
import { sendRefresh, type SentRefresh } from './send-refresh.js'
import { waitForTurn, type Turn } from './wait-for-turn.js'

/** Serves the attempt's wishes one after the other, each with a claim of its own. @throws {RefreshPostponedError} */
export async function attemptRefresh<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  attempt: RefreshAttempt,
  { sessionId }: SessionRecord,
): Promise<void> {
  await prepare(protocol)
  for (;;) {
    const [wish] = attempt.wishes
    if (!wish) return
    const { record } = context.memory
    if (record?.state !== 'signed-in' || record.sessionId !== sessionId) return
    await serve(context, protocol, attempt, wish, record)
    attempt.wishes.shift()
  }
}

/** Metadata and keys are at hand before the queue: nothing is loaded while others wait (rule 9). */
async function prepare(protocol: Protocol): Promise<void> {
  try {
    await protocol.prepare()
  } catch (error) {
    const isTemporary = error instanceof SignInFailedError && error.code === 'issuer-unreachable'
    throw new RefreshPostponedError(
      isTemporary ? 'offline' : 'configuration',
      'The authorization server metadata needed for a refresh could not be loaded.',
      error,
    )
  }
}

async function serve<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  attempt: RefreshAttempt,
  wish: TokenWish,
  known: SessionRecord,
): Promise<void> {
  const { environment, names, memory, options } = context
  const { store, clock } = environment
  const token = memory.token(wish.key)
  const look = (value: unknown, base: AttemptBase, dead?: string) =>
    inspect(value, options, wish, base, clock.now(), dead)
  if (context.refusedKeys.has(`${known.sessionId} ${wish.key}`))
    throw new RefreshPostponedError(
      'configuration',
      'The authorization server does not grant this resource or scope to this session.',
    )
  // a worker refreshes the token of the sign-in only; the others are this page's
  if (wish.key === '') await askServiceWorker(context, known)
  try {
    const value = await store.read(names.session)
    const generation = parseSessionRecord(value, options)?.generation ?? 0
    const base: AttemptBase = { sessionId: known.sessionId, generation, token }
    if (await isSettled(context, look(value, base))) return
    await respectSpent(context, known.sessionId, generation)
    const turn = await waitForTurn(
      context,
      attempt,
      async () => look(await store.read(names.session), base),
      (intentId, dead) =>
        store.update(names.session, (current) =>
          claim(current, options, wish, base, clock.now(), intentId, dead),
        ),
    )
    if (await isSettled(context, turn.result)) return turn.release()
    try {
      await useTurn(context, protocol, turn, wish)
    } finally {
      turn.release()
    }
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    memory.emit('storage-failed', { error })
    await refreshWithoutStore(context, protocol, wish, known, error)
  }
}

/** Follows what was seen; `false` = a claim, or the way to one. @throws {RefreshPostponedError} */
async function isSettled<User>(context: ClientContext<User>, seen: ClaimResult): Promise<boolean> {
  switch (seen.kind) {
    case 'satisfied':
      adoptRecord(context, seen.record, 'another-tab')
      return true
    case 'session-moved':
      await adoptStored(context, seen.stored, 'another-tab')
      return true
    case 'newer-version':
      throw new RefreshPostponedError(
        'newer-version',
        'The session was written by a newer version of this app. Reload the page.',
      )
    case 'failed-elsewhere':
    case 'too-early': {
      const waitMs = Math.max(0, seen.failure.notBefore - context.environment.clock.now())
      throw new RefreshPostponedError(
        seen.failure.byServer ? 'throttled' : 'server-error',
        `The last refresh failed; the next one is due in ${waitMs} ms.`,
        undefined,
        waitMs,
      )
    }
    default:
      return false
  }
}

/** The claim stands: sends, and does what the answer says. */
async function useTurn<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  turn: Turn,
  wish: TokenWish,
): Promise<void> {
  const { result } = turn
  if (result.kind === 'no-refresh-token')
    return endSession(context, protocol, result.record, undefined, undefined, {
      reason: 'refresh-token-refused',
    })
  if (result.kind !== 'claimed') return
  const { record } = result
  const sent = await sendRefresh(context, protocol, record, wish)
  const { outcome, served } = sent
  // known till the next sign-in: this resource or scope is not to be had (rule 31)
  if (sent.isForResourceOnly) context.refusedKeys.add(`${record.sessionId} ${wish.key}`)
  switch (outcome.kind) {
    case 'granted':
      return commitRefresh(context, protocol, turn, record, served, outcome.tokens)
    case 'wrong-subject':
      if (outcome.refreshToken) revokeLater(context, protocol, outcome.refreshToken, record)
      return endSession(context, protocol, record, record.refreshToken, turn.intentId, {
        reason: 'subject-changed',
      })
    case 'refused':
      turn.leaveQueue()
      return endSession(
        context,
        protocol,
        record,
        record.refreshToken,
        turn.intentId,
        {
          reason: 'refresh-token-refused',
          detail: record.intent?.after || sent.hadUnknown ? 'rotation-lost' : 'refused',
        },
        outcome.error,
      )
    default:
      await postponeRefresh(context, turn, sent)
  }
}

/** A temporary failure: written down for all tabs, then told (rule 24). */
async function postponeRefresh<User>(
  context: ClientContext<User>,
  turn: Turn,
  { outcome, isForResourceOnly }: SentRefresh,
): Promise<void> {
  const { environment, names, options, memory } = context
  if (outcome.kind === 'granted' || outcome.kind === 'refused' || outcome.kind === 'wrong-subject')
    return
  const isConfiguration = outcome.kind === 'configuration'
  const retryAfterMs = outcome.kind === 'not-executed' ? outcome.retryAfterMs : undefined
  const isSpent = outcome.kind === 'unknown' || outcome.kind === 'invalid'
  const now = environment.clock.now()
  const delayMs = (count: number) => {
    if (isForResourceOnly) return 0
    if (isConfiguration) return stopMs
    return (
      retryAfterMs ??
      Math.min(4000 * 2 ** Math.min(count, 7) * (0.5 + context.random() / 2), stopMs)
    )
  }
  const byServer = isConfiguration ? !isForResourceOnly : retryAfterMs !== undefined
  const written = await environment.store
    .update(names.session, (value) =>
      postpone(value, options, turn.intentId, isSpent, delayMs, byServer, now),
    )
    // the failure is only for the others to know
    .catch(() => undefined)
  turn.release()
  if (written) {
    adoptRecord(context, written, 'this-tab')
    context.tell({ type: 'changed', generation: written.generation })
  }
  if (isConfiguration && !isForResourceOnly)
    memory.emit('refresh-stopped', { error: outcome.error })
  throw new RefreshPostponedError(
    isConfiguration
      ? 'configuration'
      : outcome.kind === 'invalid'
        ? 'invalid-response'
        : outcome.reason,
    `The refresh failed and will be tried again: ${outcome.error.message}`,
    outcome.error,
    written?.failure ? Math.max(0, written.failure.notBefore - environment.clock.now()) : undefined,
  )
}

/** How long a wrong configuration silences refreshes, and the longest backoff, in ms. */
const stopMs = 300_000
