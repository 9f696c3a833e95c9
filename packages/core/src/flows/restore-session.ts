/** What happens when a page starts: the stored session is read, without any network request. */
import { StorageError } from '../errors.js'
import { wait } from '../environment/long-timer.js'
import { parseSessionRecord } from '../session/session-record.js'
import { adoptStored } from './adopt-session.js'
import type { ClientContext } from './client-context.js'

const voucherMs = 300
const retriesMs = [1000, 2000, 5000]

/** Reads the store and shows what is there. Never rejects, and settles within the store's bounds. */
export async function restoreSession<User>(context: ClientContext<User>): Promise<void> {
  const { environment, names, memory } = context
  try {
    const value = await environment.store.read(names.session)
    await adoptStored(context, await withoutUnvouched(context, value), 'start')
  } catch (error) {
    const storageError =
      error instanceof StorageError ? error : new StorageError('The session could not be read.')
    memory.dispatch({ type: 'nobody-here', reason: 'never-signed-in', error: storageError })
    memory.emit('storage-failed', { error: storageError })
    void restoreLate(context)
  }
}

/** The store did not answer in time: tries on, and shows the session late rather than never. */
async function restoreLate<User>(context: ClientContext<User>): Promise<void> {
  const { environment, names, memory } = context
  for (const delayMs of retriesMs) {
    await wait(environment.clock, delayMs)
    if (context.isDisposed() || memory.record) return
    const value = await environment.store.read(names.session).catch(() => undefined)
    if (value !== undefined && !memory.record) return adoptStored(context, value, 'start')
  }
}

/** A record that a live page re-created counts only while a live page vouches for it: else a deletion would be undone. */
async function withoutUnvouched<User>(
  context: ClientContext<User>,
  value: unknown,
): Promise<unknown> {
  const stored = parseSessionRecord(value, context.options)
  if (!stored?.volatile) return value
  const { sessionId } = stored
  let isVouched = false
  const stop = context.hear((message) => {
    if (message.type === 'voucher' && message.session === sessionId) isVouched = true
  })
  context.tell({ type: 'vouch-for', session: sessionId })
  await wait(context.environment.clock, voucherMs)
  stop()
  if (isVouched) return value
  await context.environment.store.update(context.names.session, (current) => {
    const now = parseSessionRecord(current, context.options)
    return now?.volatile && now.sessionId === sessionId
      ? { remove: true, result: undefined }
      : { result: undefined }
  })
  return undefined
}
