/** When what a page holds may be old, it reads the store once (PROTOCOL rules 6, 7). */
import { wait } from '../environment/long-timer.js'
import { StorageError } from '../errors.js'
import { buildTombstone } from '../session/tombstone.js'
import { adoptStored, isSignedOut, leaveSession } from './adopt-session.js'
import type { ClientContext } from './client-context.js'

const retriesMs = [1000, 2000, 5000]

/** The read under way, and the one more for whoever asked meanwhile: what it reads is newer than their reason to ask. */
interface Reads {
  running: Promise<boolean>
  next: Promise<boolean> | undefined
}
const reads = new WeakMap<object, Reads>()
/** Whose last read failed and is being tried again. */
const retrying = new WeakSet()

/** Settles when what the page holds may be used: at once if nothing has cast a doubt. A store that fails leaves memory as it is. */
export async function untilVerified<User>(context: ClientContext<User>): Promise<void> {
  await context.restored
  if (!context.memory.verified && !retrying.has(context)) await syncWithStore(context)
}

/** Reads the store and follows it; a read that fails is tried again in the background. Never rejects. */
export async function syncWithStore<User>(context: ClientContext<User>): Promise<void> {
  believeMarker(context)
  await readNext(context)
}

/** A sign-out stands in the marker at once, however long the store takes. */
export function believeMarker<User>(context: ClientContext<User>): void {
  const { record } = context.memory
  if (record?.state === 'signed-in' && isSignedOut(context, record))
    leaveSession(context, buildTombstone(record, 'signed-out'), 'another-tab')
}

/** Whether the store could be read. */
function readNext<User>(context: ClientContext<User>): Promise<boolean> {
  const current = reads.get(context)
  if (current) return (current.next ??= current.running.then(() => read(context)))
  return read(context)
}

function read<User>(context: ClientContext<User>): Promise<boolean> {
  const entry: Reads = { running: readOnce(context), next: undefined }
  reads.set(context, entry)
  void entry.running.then((isRead) => {
    if (!entry.next) reads.delete(context)
    if (!isRead && !retrying.has(context)) void retry(context)
  })
  return entry.running
}

async function readOnce<User>(context: ClientContext<User>): Promise<boolean> {
  const { environment, names } = context
  await context.untilAwake()
  const naps = context.naps()
  try {
    const value = await environment.store.read(names.session)
    if (context.naps() !== naps) return await readOnce(context)
    await adoptStored(context, value, 'another-tab')
    return true
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    trustMemory(context, error)
    return false
  }
}

async function retry<User>(context: ClientContext<User>): Promise<void> {
  retrying.add(context)
  for (const delayMs of retriesMs) {
    await wait(context.environment.clock, delayMs)
    if (context.isDisposed() || (await readNext(context))) break
  }
  retrying.delete(context)
}

/** Memory is what is left, unless the marker has said that it is out of date. */
function trustMemory<User>(context: ClientContext<User>, error: StorageError): void {
  believeMarker(context)
  const { memory } = context
  if (memory.state.status !== 'restoring' || !memory.record) return
  memory.hold(undefined)
  memory.dispatch({ type: 'nobody-here', reason: 'never-signed-in', error })
}
