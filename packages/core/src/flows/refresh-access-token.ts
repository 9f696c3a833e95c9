/**
 * Every path to a refresh: name the refused token → already replaced? → join a running refresh → (in `attempt-refresh.ts`) lock → read again → claim → grant → store → tell.
 */
import { wait } from '../environment/long-timer.js'
import { RefreshPostponedError, SessionEndedError, SignInRequiredError } from '../errors.js'
import type { TokenWish } from '../session/request-door.js'
import type { SessionRecord, StoredAccessToken } from '../session/session-record.js'
import { attemptRefresh } from './attempt-refresh.js'
import type { ClientContext } from './client-context.js'
import type { OpenWish, RefreshAttempt } from './refresh-attempt.js'
import { untilVerified } from './sync-with-store.js'
import { untilAborted } from './until-aborted.js'

/** How long a caller waits without any sign of progress, and in all, in ms. */
const patienceMs = 10_000
const patienceInAllMs = 30_000

/**
 * A token that fits the wish: from memory, or after one refresh that everybody shares.
 *
 * @throws {SignInRequiredError | SessionEndedError} Nobody is here.
 * @throws {RefreshPostponedError} Temporary.
 * @throws The signal's reason: only this caller's waiting ends.
 */
export async function obtainToken<User>(
  context: ClientContext<User>,
  wish: TokenWish,
  signal: AbortSignal | undefined,
): Promise<StoredAccessToken> {
  const { memory } = context
  signal?.throwIfAborted()
  await untilAborted(untilVerified(context), signal)
  const base = memory.token(wish.key)
  for (let attempts = 0; ; attempts++) {
    const record = requireSession(context)
    const token = memory.token(wish.key)
    if (token && isAnswer(context, wish, token, base)) return token
    if (attempts === 2)
      throw new RefreshPostponedError('timeout', 'Two refreshes brought no token that fits.')
    try {
      const attempt = joinAttempt(context, record, { ...wish, held: token })
      await untilPatienceEnds(context, attempt, signal)
      const refusal = attempt.refused.get(wish.key)
      if (refusal) throw refusal
    } catch (error) {
      const still = memory.token(wish.key)
      // a postponed refresh does not stop a token that is still valid from being used
      if (
        error instanceof RefreshPostponedError &&
        !wish.forceRefresh &&
        still &&
        still.value !== wish.refused &&
        memory.isFresh(still)
      )
        return still
      throw error
    }
  }
}

/** The session, or the error that says why there is none. */
export function requireSession<User>({ memory }: ClientContext<User>): SessionRecord {
  const { record, state } = memory
  if (record?.state === 'signed-in') return record
  const error = state.status === 'signed-out' ? state.error : undefined
  if (error instanceof SessionEndedError) throw error
  throw new SignInRequiredError()
}

function isAnswer<User>(
  { memory }: ClientContext<User>,
  wish: TokenWish,
  token: StoredAccessToken,
  base: StoredAccessToken | undefined,
): boolean {
  return (
    token.value !== wish.refused &&
    memory.isFresh(token, wish.minValidityMs) &&
    (!wish.forceRefresh || token.value !== base?.value)
  )
}

function joinAttempt<User>(
  context: ClientContext<User>,
  record: SessionRecord,
  wish: OpenWish,
): RefreshAttempt {
  const { names, memory } = context
  const registry = context.registry.attempts
  const id = `${names.shared} ${record.sessionId}`
  const running = registry.get(id)
  if (running) {
    if (!running.wishes.some(({ key }) => key === wish.key)) running.wishes.push(wish)
    return running
  }
  const attempt: RefreshAttempt = {
    wishes: [wish],
    moves: 0,
    refused: new Map(),
    over: Promise.resolve(),
  }
  registry.set(id, attempt)
  memory.dispatch({ type: 'refresh-moved', moved: { refresh: 'running' } })
  attempt.over = runAttempt(context, attempt, record).finally(() => registry.delete(id))
  // each caller hears of it in its own way; without callers it is no unhandled rejection
  attempt.over.catch(() => {})
  return attempt
}

async function runAttempt<User>(
  context: ClientContext<User>,
  attempt: RefreshAttempt,
  record: SessionRecord,
): Promise<void> {
  const { memory } = context
  try {
    const protocol = await context.loadProtocol()
    await attemptRefresh(context, protocol, attempt, record)
    memory.dispatch({ type: 'refresh-moved', moved: { refresh: 'idle' } })
  } catch (error) {
    if (error instanceof RefreshPostponedError) {
      const isStopped = error.reason === 'configuration'
      memory.dispatch({
        type: 'refresh-moved',
        moved: { refresh: isStopped ? 'stopped' : 'waiting' },
      })
      if (!isStopped) memory.emit('refresh-postponed', { error })
    }
    throw error
  }
}

async function untilPatienceEnds<User>(
  { environment, memory }: ClientContext<User>,
  attempt: RefreshAttempt,
  signal: AbortSignal | undefined,
): Promise<void> {
  const end = new AbortController()
  const session = memory.record?.sessionId
  // a sign-out, or another session, ends the waiting at once
  const left = new Promise<void>((resolve) => {
    const stop = memory.subscribe(() => {
      const { record } = memory
      if (record?.state !== 'signed-in' || record.sessionId !== session) resolve()
    })
    end.signal.addEventListener('abort', stop)
  })
  const giveUp = async () => {
    for (let waited = 0, moves = -1; waited < patienceInAllMs && moves !== attempt.moves;) {
      moves = attempt.moves
      await wait(environment.clock, patienceMs, end.signal)
      waited += patienceMs
    }
    throw new RefreshPostponedError(
      'timeout',
      'The refresh takes longer than 10 s. It goes on in the background; try again.',
    )
  }
  const waiting = giveUp()
  waiting.catch(() => {})
  try {
    await untilAborted(Promise.race([attempt.over, waiting, left]), signal)
  } finally {
    end.abort()
  }
}
