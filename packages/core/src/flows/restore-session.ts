/** What happens when a page starts: the stored session is read, without any network request. */
import { StorageError } from '../errors.js'
import { wait } from '../environment/long-timer.js'
import { parseSessionRecord } from '../session/session-record.js'
import { adoptStored } from './adopt-session.js'
import type { ClientContext } from './client-context.js'
import { untilWake } from './until-wake.js'

const voucherMs = 300
/** While it is tried this soon again, nobody should decide anything yet. */
const retriesMs = [1000, 2000, 5000]
/** A store that has failed for so long may still come back. */
const laterMs = 30_000
/** After the first look, which has 2 s: an app waits 3 s for `ready` at most. */
const limitMs = 900

/** Reads the store and shows what is there. Never rejects, and settles within a second. */
export async function restoreSession<User>(context: ClientContext<User>): Promise<void> {
  const { environment, memory } = context
  const limit = new AbortController()
  const tooLate = wait(environment.clock, limitMs, limit.signal).then(() => {
    throw new StorageError('The session could not be read in time.')
  })
  try {
    await Promise.race([readAndAdopt(context), tooLate])
  } catch (error) {
    const cause = error instanceof StorageError ? error : undefined
    const storageError = Object.assign(
      new StorageError('The session could not be read yet; it is tried again.', cause),
      { retrying: true as const },
    )
    memory.dispatch({ type: 'nobody-here', reason: 'never-signed-in', error: storageError })
    memory.emit('storage-failed', { error: storageError })
    void restoreLate(context, storageError)
  } finally {
    limit.abort()
    tooLate.catch(() => {})
  }
}

async function readAndAdopt<User>(context: ClientContext<User>): Promise<void> {
  const value = await context.environment.store.read(context.names.session)
  await adoptStored(context, await withoutUnvouched(context, value), 'start')
}

/** The store did not answer in time: tries on, and shows the session late rather than never. */
async function restoreLate<User>(context: ClientContext<User>, error: StorageError): Promise<void> {
  const { memory } = context
  for (let tries = 0; ; tries++) {
    await untilWake(context, retriesMs[tries] ?? laterMs)
    if (context.isDisposed() || memory.record) return
    // a popup is open: what it brings will be known
    if (memory.state.status === 'signing-in') continue
    const isRead = await readAndAdopt(context).then(
      () => true,
      () => false,
    )
    if (isRead) return
    if (tries === retriesMs.length - 1) giveUpWaiting(context, error)
  }
}

/** From now on the app may say that the browser does not let it store anything. */
function giveUpWaiting<User>({ memory }: ClientContext<User>, { cause }: StorageError): void {
  if (memory.state.status === 'signed-out' && memory.state.error?.code === 'storage')
    memory.dispatch({
      type: 'nobody-here',
      reason: memory.state.reason,
      error: new StorageError('The session could not be read.', cause),
    })
}

/** A record that a live page re-created counts only while a live page vouches for it: else a deletion would be undone. */
async function withoutUnvouched<User>(
  context: ClientContext<User>,
  value: unknown,
): Promise<unknown> {
  const stored = parseSessionRecord(value, context.options)
  if (!stored?.volatile || stored.state !== 'signed-in') return value
  const { sessionId, generation } = stored
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
    // a page that has written since is alive
    return now?.volatile && now.sessionId === sessionId && now.generation === generation
      ? { remove: true, result: undefined }
      : { result: undefined }
  })
  return undefined
}
