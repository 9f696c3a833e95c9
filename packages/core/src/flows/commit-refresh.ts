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
import { adoptRecord, adoptStored, isSignedOut, storeKind } from './adopt-session.js'
import type { ClientContext } from './client-context.js'
import { revokeLater } from './revoke-later.js'
import { untilWake } from './until-wake.js'
import type { UnsavedRefresh } from './unsaved-refresh.js'
import type { Turn } from './wait-for-turn.js'

const retriesMs = [1000, 2000, 5000, 10_000, 30_000]

/** Saves under way: one at a time, so that one answer never overtakes the one before it. */
const saving = new WeakMap<object, Promise<void>>()

export async function commitRefresh<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  turn: Turn,
  claimed: SessionRecord,
  wish: TokenWish,
  tokens: TokenSet,
): Promise<void> {
  const refreshed = refreshedTokens(claimed, wish, tokens)
  context.unsaved.push({ claimed, refreshed, release: turn.release })
  try {
    await saveAnswers(context, protocol)
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    keepInMemory(context, protocol, turn, claimed, refreshed)
    context.memory.emit('storage-failed', { error })
  }
}

/**
 * Stores the answers that are not stored yet, in the order they came: the later one was got with the refresh token of the earlier.
 *
 * @throws {StorageError} They stay in memory.
 */
export async function saveAnswers<User>(
  context: ClientContext<User>,
  protocol: Protocol,
): Promise<void> {
  await saving.get(context)?.catch(() => {})
  if (saving.has(context)) return saveAnswers(context, protocol)
  const work = saveInOrder(context, protocol).finally(() => saving.delete(context))
  saving.set(context, work)
  return work
}

async function saveInOrder<User>(context: ClientContext<User>, protocol: Protocol): Promise<void> {
  const { unsaved } = context
  // what was refreshed can only be stored in its session
  await context.unstored?.store()
  for (let [entry] = unsaved; entry; [entry] = unsaved) {
    const result = await store(context, entry)
    unsaved.shift()
    await entry.release()
    await follow(context, protocol, entry, result)
  }
}

/** Resolves once nothing is left to store. */
export async function untilSaved<User>(context: ClientContext<User>): Promise<void> {
  while (context.unsaved.length > 0) await wait(context.environment.clock, 1000)
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
  { claimed, refreshed }: UnsavedRefresh,
): Promise<CommitResult> {
  return environment.store.update(names.session, (value) => {
    const { record } = memory
    // signed out: whatever the store holds, or has gone back to, nothing may bring that session back
    const isLeft = record?.state === 'signed-out' && record.sessionId === claimed.sessionId
    return commit(
      isLeft ? record : value,
      options,
      claimed,
      record?.generation ?? 0,
      refreshed,
      environment.clock.now(),
    )
  })
}

async function follow<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  { claimed, refreshed }: UnsavedRefresh,
  result: CommitResult,
): Promise<void> {
  const { memory, names, environment } = context
  switch (result.kind) {
    case 'committed':
      // the store was never told of a sign-out: the marker still knows
      if (isSignedOut(context, result.record)) {
        revokeLater(context, protocol, refreshed.received ?? refreshed.sent, claimed)
        return adoptStored(context, result.record, 'another-tab')
      }
      // signed out meanwhile in this page: its tombstone is on its way, and nothing may bring the session back
      if (!isHere(context, claimed)) return
      environment.page.writeMarker(names.shared, claimed.sessionId)
      context.tell({ type: 'changed', generation: result.record.generation })
      adoptRecord(context, result.record, 'this-tab')
      return memory.dispatch({
        type: 'refresh-moved',
        moved: { persistence: storeKind(context) },
      })
    case 'revoke':
      revokeLater(context, protocol, refreshed.received ?? refreshed.sent, claimed)
      return adoptStored(context, result.stored, 'another-tab')
    case 'dropped':
      return adoptStored(context, result.stored, 'another-tab')
    case 'absent':
      return recreate(context, claimed, refreshed)
  }
}

function isHere<User>({ memory: { record } }: ClientContext<User>, claimed: SessionRecord) {
  return record?.state === 'signed-in' && record.sessionId === claimed.sessionId
}

/** The write has landed unnoticed, and others went on from it: what is known has a later refresh token. */
function isSuperseded(known: SessionRecord, claimed: SessionRecord): boolean {
  return known.generation > claimed.generation && known.refreshToken !== claimed.refreshToken
}

/** The store lost the record while the request ran. A page that knew the session all along writes it again; others leave it lost (rule 7). */
async function recreate<User>(
  context: ClientContext<User>,
  claimed: SessionRecord,
  refreshed: RefreshedTokens,
): Promise<void> {
  const { memory, environment, names, options } = context
  const known = memory.record
  if (!known || !isHere(context, claimed)) return
  // signed out where the store could only be emptied
  if (!memory.verified || isSignedOut(context, known))
    return adoptStored(context, undefined, 'another-tab')
  const now = environment.clock.now()
  const generation = known.generation + 1
  const record: SessionRecord = {
    ...(isSuperseded(known, claimed) ? known : applyRefresh(known, refreshed, generation, now)),
    generation,
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
  turn: Turn,
  claimed: SessionRecord,
  refreshed: RefreshedTokens,
): void {
  const { memory, environment, unsaved } = context
  const stopOwning = turn.keepOwning()
  const entry = unsaved.find((one) => one.refreshed === refreshed)
  if (entry) unsaved[unsaved.indexOf(entry)] = { ...entry, release: async () => stopOwning() }
  turn.leaveQueue()
  const known = memory.record
  if (known && isHere(context, claimed) && !isSuperseded(known, claimed))
    adoptRecord(
      context,
      applyRefresh(known, refreshed, known.generation + 1, environment.clock.now()),
      'this-tab',
      'memory',
    )
  // else it is being tried already
  if (unsaved.length === 1) void keepTrying(context, protocol)
}

async function keepTrying<User>(context: ClientContext<User>, protocol: Protocol): Promise<void> {
  for (let tries = 0; context.unsaved.length > 0; tries++) {
    await untilWake(context, retriesMs[Math.min(tries, retriesMs.length - 1)] ?? 0)
    await saveAnswers(context, protocol).catch((error: unknown) => {
      if (!(error instanceof StorageError)) throw error
    })
  }
}
