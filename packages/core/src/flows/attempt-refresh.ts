/**
 * One refresh attempt of this page: lock → read again → claim → grant → store → tell (PROTOCOL rules 9–25).
 * Between the claim and the store nothing is loaded and no code of the app runs.
 */
import { RefreshPostponedError, SignInFailedError, StorageError } from '../errors.js'
import type { PostponeReason } from '../errors.js'
import type { Protocol } from '../protocol/protocol.js'
import { claim, inspect, type AttemptBase, type ClaimResult } from '../session/refresh-decisions.js'
import type { TokenWish } from '../session/request-door.js'
import { parseSessionRecord, type SessionRecord } from '../session/session-record.js'
import { adoptRecord, adoptStored } from './adopt-session.js'
import { askServiceWorker } from './ask-service-worker.js'
import type { ClientContext } from './client-context.js'
import { saveAnswers } from './commit-refresh.js'
import { endSession } from './end-session.js'
import { followAnswer } from './follow-answer.js'
import type { OpenWish, RefreshAttempt } from './refresh-attempt.js'
import { refreshWithoutStore, respectSpent } from './refresh-without-store.js'
import { sendRefresh } from './send-refresh.js'
import { reauthenticateSilently } from './silent-reauthentication.js'
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
    if (isKeyRefused(context, record, wish)) attempt.refused.set(wish.key, notGranted(undefined))
    else await serve(context, protocol, attempt, wish, record)
    attempt.wishes.shift()
    attempt.moves++
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
  wish: OpenWish,
  known: SessionRecord,
  tries = 0,
): Promise<void> {
  const { environment, names, options } = context
  const { store, clock } = environment
  // a worker refreshes the token of the sign-in only; the others are this page's
  if (wish.key === '') await askServiceWorker(context, known, wish.held)
  const base = await readBase(context, protocol, known, wish.held)
  const look = (value: unknown) => inspect(value, options, wish, base, clock.now())
  if (!(base.value instanceof StorageError) && (await isSettled(context, look(base.value)))) return
  const turn = await waitForTurn(
    context,
    attempt,
    async () => {
      if (base.value instanceof StorageError) throw base.value
      return look(await store.read(names.session))
    },
    async (intentId, dead) => {
      await respectSpent(context, known.sessionId)
      return store.update(names.session, (current) =>
        claim(current, options, wish, base, clock.now(), intentId, dead),
      )
    },
  ).catch((error: unknown) => passMuteOwner(context, protocol, known, error))
  if (!turn) return
  try {
    await useTurn(context, protocol, attempt, turn, wish, known, tries)
  } finally {
    void turn.release()
  }
}

/** What the store holds before the queue, with answers of this page that were not stored yet, and repaired if it went back. */
async function readBase<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  known: SessionRecord,
  token: AttemptBase['token'],
): Promise<AttemptBase & { readonly value: unknown }> {
  const { environment, names, memory, options } = context
  const { sessionId } = known
  try {
    await context.untilAwake()
    await saveAnswers(context, protocol)
    const read = () => environment.store.read(names.session)
    let value = await read()
    const stored = parseSessionRecord(value, options)
    if (stored?.sessionId === sessionId && stored.generation < (memory.record?.generation ?? 0)) {
      await adoptStored(context, value, 'another-tab')
      value = await read()
    }
    const generation = parseSessionRecord(value, options)?.generation ?? 0
    return { sessionId, generation, token, value }
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    return { sessionId, generation: known.generation, token, value: error }
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
      const { notBefore, byServer, reason } = seen.failure
      const waitMs = Math.max(0, notBefore - context.environment.clock.now())
      throw new RefreshPostponedError(
        (reason ?? (byServer ? 'throttled' : 'server-error')) as PostponeReason,
        `The last refresh failed; the next one is due in ${waitMs} ms.`,
        undefined,
        waitMs,
      )
    }
    default:
      return false
  }
}

/** It is this page's turn: sends, if there is still need to, and does what the answer says. */
async function useTurn<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  attempt: RefreshAttempt,
  turn: Turn,
  wish: OpenWish,
  known: SessionRecord,
  tries: number,
): Promise<void> {
  const { result } = turn
  if (result.kind === 'store-failed') {
    const { error } = result
    // it took seconds to learn: who waits must not give up on what follows
    attempt.moves++
    const outcome = await refreshWithoutStore(context, protocol, turn, wish, known, error).finally(
      async () => {
        await turn.release()
        context.memory.emit('storage-failed', { error })
      },
    )
    // tried once more the ordinary way: else a store that comes and goes would keep it here
    if (outcome && tries === 0) await serve(context, protocol, attempt, wish, known, tries + 1)
    return
  }
  if (result.kind === 'claimed') {
    const sent = await sendRefresh(context, protocol, result.record, wish)
    await followAnswer(context, protocol, turn, result.record, sent)
    // known till the next sign-in: this resource or scope is not to be had (rule 31)
    if (sent.isForResourceOnly) {
      context.refusedKeys.add(refusedKey(result.record, wish))
      attempt.refused.set(wish.key, notGranted(sent.refusal))
    }
    return
  }
  // what follows may call the app: not while others wait
  await turn.release()
  if (result.kind === 'no-refresh-token')
    return endWithoutRefreshToken(context, protocol, turn, result.record, wish)
  await isSettled(context, result)
}

/** Works until the access token ends, then asks the user (DESIGN.md, "Signing in and coming back"). */
async function endWithoutRefreshToken<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  turn: Turn,
  record: SessionRecord,
  { refused }: TokenWish,
): Promise<void> {
  const token = context.memory.token('')
  // without a life only a refusal tells that it is over
  const isOver = token && !token.lifetime && token.value === refused
  if (token && context.memory.isFresh(token) && !isOver)
    throw new RefreshPostponedError(
      'no-refresh-token',
      'There is no refresh token, so no newer access token can be had before the user signs in again.',
    )
  return endSession(context, protocol, turn, record, { reason: 'refresh-token-refused' })
}

/** Behind a tab that is frozen or blocked the only way to tokens is a new sign-in, without the user where the app allows it (rule 25). */
async function passMuteOwner<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  known: SessionRecord,
  error: unknown,
): Promise<undefined> {
  const isMute = error instanceof RefreshPostponedError && error.reason === 'another-tab-blocked'
  const mayTry = isMute && context.options.silentReauthentication && context.hasPage
  if (mayTry && (await reauthenticateSilently(context, protocol, known))) return undefined
  throw error
}

function isKeyRefused<User>(
  { refusedKeys }: ClientContext<User>,
  record: SessionRecord,
  wish: TokenWish,
): boolean {
  return refusedKeys.has(refusedKey(record, wish))
}

function refusedKey({ sessionId }: SessionRecord, { key }: TokenWish): string {
  return `${sessionId} ${key}`
}

function notGranted(cause: unknown): RefreshPostponedError {
  return new RefreshPostponedError(
    'configuration',
    'The authorization server does not grant this resource or scope to this session.',
    cause,
  )
}
