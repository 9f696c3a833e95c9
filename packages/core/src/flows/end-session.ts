/** A session is over by the authorization server's word: tried once more without the user where the app allows it, then ended for all tabs (rule 23). */
import { SessionEndedError, StorageError, type TokenEndpointError } from '../errors.js'
import type { Protocol } from '../protocol/protocol.js'
import { end } from '../session/refresh-decisions.js'
import type { SessionRecord } from '../session/session-record.js'
import { buildTombstone } from '../session/tombstone.js'
import { adoptRecord } from './adopt-session.js'
import type { ClientContext } from './client-context.js'
import { syncWithStore } from './sync-with-store.js'
import { reauthenticateSilently } from './silent-reauthentication.js'

/** Deletes only what was refused: a session that has moved on meanwhile is followed instead. */
export async function endSession<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  record: SessionRecord,
  sent: string | undefined,
  intentId: string | undefined,
  ended: NonNullable<SessionRecord['ended']>,
  cause?: TokenEndpointError,
): Promise<void> {
  const { environment, names, options, memory } = context
  // the refusal is left to a page: it finds the intent of a dead owner, is refused too, and tries without the user
  if (options.silentReauthentication && !context.hasPage) return
  if (options.silentReauthentication && (await reauthenticateSilently(context, protocol, record)))
    return
  let tombstone: SessionRecord | undefined
  try {
    tombstone = await environment.store.update(names.session, (value) =>
      end(value, options, record, sent, intentId, ended),
    )
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    memory.emit('storage-failed', { error })
    tombstone = buildTombstone(record, 'ended', ended)
  }
  // somebody saved newer tokens: nothing of theirs is deleted
  if (!tombstone) return syncWithStore(context)
  adoptRecord(context, tombstone, 'this-tab')
  environment.page.writeMarker(names.shared, `!${record.sessionId}`)
  context.tell({ type: 'changed', generation: tombstone.generation })
  const { state } = memory
  throw state.status === 'signed-out' && state.error instanceof SessionEndedError
    ? state.error
    : new SessionEndedError('refresh-token-refused', 'The session is over. Sign in again.', cause)
}
