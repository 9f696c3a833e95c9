/** What a refresh request brought, and what follows from it for the session (PROTOCOL rules 17–24). */
import { RefreshPostponedError } from '../errors.js'
import type { Protocol } from '../protocol/protocol.js'
import { postpone, type AttemptFailure } from '../session/refresh-decisions.js'
import type { SessionRecord } from '../session/session-record.js'
import { adoptRecord } from './adopt-session.js'
import type { ClientContext } from './client-context.js'
import { commitRefresh } from './commit-refresh.js'
import { endSession } from './end-session.js'
import { revokeLater } from './revoke-later.js'
import type { SentRefresh } from './send-refresh.js'
import type { Turn } from './wait-for-turn.js'

/** How long a wrong configuration silences refreshes, and the longest backoff, in ms. */
const stopMs = 300_000
const longestRetryAfterMs = 3_600_000
/** Answers in a row that only look like a refusal: then they are taken for one, so that nobody is stuck for ever. */
const refusalsThatCount = 5

/** @throws {RefreshPostponedError | SessionEndedError} */
export async function followAnswer<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  turn: Turn,
  claimed: SessionRecord,
  sent: SentRefresh,
): Promise<void> {
  const { outcome, served } = sent
  switch (outcome.kind) {
    case 'granted':
      context.toldStop.delete(claimed.sessionId)
      return commitRefresh(context, protocol, turn, claimed, served, outcome.tokens)
    case 'wrong-subject':
      if (outcome.refreshToken) revokeLater(context, protocol, outcome.refreshToken, claimed)
      return endSession(context, protocol, turn, claimed, { reason: 'subject-changed' })
    case 'refused': {
      const isLost = claimed.intent?.after || sent.hadUnknown
      const detail = isLost ? 'rotation-lost' : 'refused'
      const ended = { reason: 'refresh-token-refused', detail } as const
      return endSession(context, protocol, turn, claimed, ended, outcome.error)
    }
    case 'not-executed':
      // bound to that key for good (RFC 9449 §5): no other key helps
      if (outcome.error.code === 'proof-key-lost')
        return endSession(context, protocol, turn, claimed, { reason: 'proof-key-lost' })
      if (outcome.looksRefused && (claimed.failure?.refusals ?? 0) + 1 >= refusalsThatCount)
        return endSession(context, protocol, turn, claimed, {
          reason: 'refresh-token-refused',
          detail: 'refused',
        })
      break
    default:
  }
  return postponeRefresh(context, turn, claimed, sent, outcome)
}

/** A temporary failure: written down for all tabs, then told (rule 24). */
async function postponeRefresh<User>(
  context: ClientContext<User>,
  turn: Turn,
  { sessionId }: SessionRecord,
  { isForResourceOnly }: SentRefresh,
  outcome: Extract<
    SentRefresh['outcome'],
    { kind: 'configuration' | 'not-executed' | 'unknown' | 'invalid' }
  >,
): Promise<void> {
  const { environment, names, options, memory, toldStop } = context
  const failure = isForResourceOnly ? resourceFailure : failureOf(context, outcome)
  const written = await environment.store
    .update(names.session, (value) =>
      postpone(value, options, turn.intentId, failure, environment.clock.now()),
    )
    // the failure is only for the others to know
    .catch(() => undefined)
  await turn.release()
  if (written) {
    context.tell({ type: 'changed', generation: written.generation })
    adoptRecord(context, written, 'this-tab')
  }
  if (isForResourceOnly) return
  if (outcome.kind === 'configuration' && !toldStop.has(sessionId)) {
    toldStop.add(sessionId)
    memory.emit('refresh-stopped', { error: outcome.error })
  }
  const { notBefore } = written?.failure ?? {}
  throw new RefreshPostponedError(
    failure.reason,
    `The refresh failed and will be tried again: ${outcome.error.message}`,
    outcome.error,
    notBefore === undefined ? undefined : Math.max(0, notBefore - environment.clock.now()),
  )
}

type Failure = AttemptFailure & { readonly reason: RefreshPostponedError['reason'] }

/** Nobody else has to wait for it. */
const resourceFailure: Failure = {
  delayMs: undefined,
  byServer: false,
  reason: 'configuration',
  isSpent: false,
  looksRefused: false,
}

function failureOf<User>(
  { environment }: ClientContext<User>,
  outcome: Parameters<typeof postponeRefresh>[4],
): Failure {
  const base = { byServer: false, isSpent: false, looksRefused: false }
  const delayMs = (count: number) =>
    Math.min(4000 * 2 ** Math.min(count, 7) * (0.5 + environment.random() / 2), stopMs)
  switch (outcome.kind) {
    case 'configuration':
      return { ...base, delayMs: () => stopMs, byServer: true, reason: 'configuration' }
    case 'not-executed': {
      const { retryAfterMs, reason, looksRefused } = outcome
      if (retryAfterMs === undefined) return { ...base, delayMs, reason, looksRefused }
      const exactlyMs = Math.min(retryAfterMs, longestRetryAfterMs)
      return { ...base, delayMs: () => exactlyMs, byServer: true, reason, looksRefused }
    }
    case 'unknown':
      return { ...base, delayMs, reason: outcome.reason, isSpent: true }
    case 'invalid':
      return { ...base, delayMs, reason: 'invalid-response', isSpent: true }
  }
}
