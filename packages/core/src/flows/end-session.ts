/** A session is over by the authorization server's word: tried once more without the user where the app allows it, then ended for all tabs (rule 23). */
import { wait } from '../environment/long-timer.js'
import { SessionEndedError, StorageError, type TokenEndpointError } from '../errors.js'
import type { Protocol } from '../protocol/protocol.js'
import { end } from '../session/refresh-decisions.js'
import type { SessionRecord } from '../session/session-record.js'
import { buildTombstone } from '../session/tombstone.js'
import { adoptRecord } from './adopt-session.js'
import type { ClientContext } from './client-context.js'
import { reauthenticateSilently } from './silent-reauthentication.js'
import { syncWithStore } from './sync-with-store.js'
import type { Turn } from './wait-for-turn.js'

const retriesMs = [1000, 2000, 5000, 30_000]

/** Deletes only what was refused: a session that has moved on meanwhile is followed instead. */
export async function endSession<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  turn: Turn,
  record: SessionRecord,
  ended: NonNullable<SessionRecord['ended']>,
  cause?: TokenEndpointError,
): Promise<void> {
  const { environment, names, options, memory } = context
  turn.leaveQueue()
  // the refusal is left to a page: it finds the intent of a dead owner, is refused too, and tries without the user
  if (options.silentReauthentication && !context.hasPage) return
  if (options.silentReauthentication && (await reauthenticateSilently(context, protocol, record)))
    return
  const bury = () =>
    environment.store.update(names.session, (value) =>
      end(value, options, record, record.refreshToken, record.intent?.id, ended),
    )
  let tombstone: SessionRecord | undefined
  try {
    tombstone = await bury()
    await turn.release()
    // somebody saved newer tokens: nothing of theirs is deleted
    if (!tombstone) return await syncWithStore(context)
    environment.page.writeMarker(names.shared, `-${record.sessionId}`)
    context.tell({ type: 'changed', generation: tombstone.generation })
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    // ended in this page only; whether others know better the store will tell when it works again
    tombstone = buildTombstone(record, 'ended', ended)
    await turn.release()
    void buryLater(context, bury)
    memory.emit('storage-failed', { error })
  }
  adoptRecord(context, tombstone, 'this-tab')
  const { state } = memory
  throw state.status === 'signed-out' && state.error instanceof SessionEndedError
    ? state.error
    : new SessionEndedError('refresh-token-refused', 'The session is over. Sign in again.', cause)
}

async function buryLater<User>(
  context: ClientContext<User>,
  bury: () => Promise<SessionRecord | undefined>,
): Promise<void> {
  for (const delayMs of retriesMs) {
    await wait(context.environment.clock, delayMs)
    const isDone = await bury().then(
      (tombstone) => {
        if (tombstone) context.tell({ type: 'changed', generation: tombstone.generation })
        return true
      },
      () => false,
    )
    if (isDone) return syncWithStore(context)
  }
}
