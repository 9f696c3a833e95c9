/** A refresh was granted: its tokens are stored by compare-and-set, or kept in memory until they are; never dropped for a fault of ours (rules 19–22). */
import { wait } from '../environment/long-timer.js'
import { StorageError } from '../errors.js'
import type { Protocol, TokenSet } from '../protocol/protocol.js'
import {
  applyRefresh,
  commit,
  type CommitResult,
  type RefreshedTokens,
} from '../session/refresh-decisions.js'
import type { TokenWish } from '../session/request-door.js'
import { parseSessionRecord, type SessionRecord } from '../session/session-record.js'
import { adoptRecord, adoptStored } from './adopt-session.js'
import { revokeLater } from './revoke-later.js'
import type { ClientContext } from './client-context.js'
import type { Turn } from './wait-for-turn.js'

const retriesMs = [1000, 2000, 5000, 10_000, 30_000]

/** What of a turn the commit needs: both are no-ops where there was no claim. */
export type CommitTurn = Pick<Turn, 'release' | 'leaveQueue' | 'keepOwning'>

export async function commitRefresh<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  turn: CommitTurn,
  claimed: SessionRecord,
  wish: TokenWish,
  tokens: TokenSet,
): Promise<void> {
  const refreshed = refreshedTokens(claimed, wish, tokens)
  try {
    const result = await store(context, claimed, refreshed)
    turn.release()
    await follow(context, protocol, claimed, refreshed, result)
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    context.memory.emit('storage-failed', { error })
    keepInMemory(context, protocol, turn, claimed, refreshed)
  }
}

function refreshedTokens(
  claimed: SessionRecord,
  wish: TokenWish,
  tokens: TokenSet,
): RefreshedTokens {
  return {
    sent: claimed.refreshToken ?? '',
    received: tokens.refreshToken,
    key: wish.key,
    token: {
      value: tokens.accessToken,
      type: tokens.tokenType,
      scope: tokens.scope ?? wish.scope ?? claimed.scope,
      startedAt: tokens.startedAt,
      lifetime: tokens.lifetimeMs,
      refusals: wish.refusals ?? 0,
    },
    idToken: tokens.idToken,
    claims: tokens.claims,
  }
}

function store<User>(
  { environment, names, options, memory }: ClientContext<User>,
  claimed: SessionRecord,
  refreshed: RefreshedTokens,
): Promise<CommitResult> {
  const base = {
    ...claimed,
    generation: Math.max(claimed.generation, memory.record?.generation ?? 0),
  }
  return environment.store.update(names.session, (value) => commit(value, options, base, refreshed))
}

async function follow<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  claimed: SessionRecord,
  refreshed: RefreshedTokens,
  result: CommitResult,
): Promise<void> {
  const { memory, names, environment } = context
  switch (result.kind) {
    case 'committed':
      if (memory.record?.sessionId !== claimed.sessionId) return
      environment.page.writeMarker(names.shared, claimed.sessionId)
      context.tell({ type: 'changed', generation: result.record.generation })
      return adoptRecord(context, result.record, 'this-tab')
    case 'revoke':
      revokeLater(context, protocol, refreshed.received ?? refreshed.sent, claimed)
      return adoptStored(context, result.stored, 'another-tab')
    case 'dropped':
      return adoptStored(context, result.stored, 'another-tab')
    case 'absent':
      return recreate(context, claimed, refreshed)
  }
}

/** The store lost the record while the request ran. A page that knew the session all along writes it again; others leave it lost (rule 7). */
async function recreate<User>(
  context: ClientContext<User>,
  claimed: SessionRecord,
  refreshed: RefreshedTokens,
): Promise<void> {
  const { memory, environment, names, options } = context
  if (memory.record?.sessionId !== claimed.sessionId || memory.record.state !== 'signed-in') return
  const record: SessionRecord = {
    ...applyRefresh(memory.record, refreshed, memory.record.generation + 1),
    volatile: true,
  }
  adoptRecord(context, record, 'this-tab')
  const isWritten = await environment.store
    .update(names.session, (value) =>
      parseSessionRecord(value, options) ? { result: false } : { put: record, result: true },
    )
    .catch(() => false)
  if (isWritten) context.tell({ type: 'changed', generation: record.generation })
}

/** The store fails: the tokens live in memory, the intent stays owned so that nobody spends the old refresh token, and the write is tried again. */
function keepInMemory<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  turn: CommitTurn,
  claimed: SessionRecord,
  refreshed: RefreshedTokens,
): void {
  const { memory } = context
  const stopOwning = turn.keepOwning()
  turn.leaveQueue()
  const known = memory.record
  if (known?.sessionId === claimed.sessionId && known.state === 'signed-in')
    adoptRecord(context, applyRefresh(known, refreshed, known.generation + 1), 'this-tab', 'memory')
  void (async () => {
    for (let tries = 0; ; tries++) {
      await untilWake(context, retriesMs[Math.min(tries, retriesMs.length - 1)] ?? 0)
      try {
        const result = await store(context, claimed, refreshed)
        stopOwning()
        await follow(context, protocol, claimed, refreshed, result)
        return memory.dispatch({ type: 'refresh-moved', moved: { persistence: 'indexeddb' } })
      } catch (error) {
        if (!(error instanceof StorageError)) throw error
      }
    }
  })()
}

async function untilWake<User>(
  { environment }: ClientContext<User>,
  limitMs: number,
): Promise<void> {
  const wake = new AbortController()
  const stop = environment.page.onMoment((moment) => {
    if (moment === 'visible' || moment === 'resume' || moment === 'pageshow') wake.abort()
  })
  await wait(environment.clock, limitMs, wake.signal).catch(() => {})
  stop()
}
