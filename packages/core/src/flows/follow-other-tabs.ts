/** How a page keeps up with the other tabs and with its own sleep: hints and wakings are reasons to read the store (PROTOCOL rules 6, 7). */
import type { PageMoment } from '../environment/environment.js'
import { wait } from '../environment/long-timer.js'
import type { TabMessage } from '../session/tab-message.js'
import { adoptStored, leaveSession } from './adopt-session.js'
import { buildTombstone } from '../session/tombstone.js'
import type { ClientContext } from './client-context.js'

const retriesMs = [1000, 2000, 5000]

/** Reads under way: one at a time, and one more for whoever asked meanwhile. */
const reads = new WeakMap<object, Promise<void>>()

/** Settles when what the page holds may be trusted: at once if nothing has cast a doubt. A store that fails leaves memory as it is. */
export async function untilVerified<User>(context: ClientContext<User>): Promise<void> {
  await context.restored
  if (!context.memory.verified) await syncWithStore(context)
}

/** Reads the store and follows it. Never rejects. */
export function syncWithStore<User>(context: ClientContext<User>): Promise<void> {
  const running = reads.get(context)
  const read = (running ?? Promise.resolve()).then(() => readOnce(context))
  const entry = read.finally(() => reads.get(context) === entry && reads.delete(context))
  reads.set(context, entry)
  return running ? entry : read
}

/** Listens until the client is disposed. Returns the undo. */
export function followOtherTabs<User>(context: ClientContext<User>): () => void {
  const stopHearing = context.hear((message) => answer(context, message))
  const stopWatching = context.environment.page.onMoment((moment) => onMoment(context, moment))
  return () => {
    stopHearing()
    stopWatching()
  }
}

function answer<User>(context: ClientContext<User>, message: TabMessage): void {
  const { memory, options } = context
  const session = memory.record?.state === 'signed-in' ? memory.record : undefined
  switch (message.type) {
    case 'changed':
      // without a shared store there is nothing to read: a sign-out is believed
      if (options.storage === 'memory') {
        if (message.signedOut && session)
          leaveSession(context, buildTombstone(session, 'signed-out'), 'another-tab')
      } else if (message.generation !== memory.record?.generation) void readWithRetries(context)
      return
    case 'ping':
      if (context.ownIntents.has(message.intent)) context.tell({ ...message, type: 'pong' })
      return
    case 'vouch-for':
      if (session?.sessionId === message.session && memory.verified)
        context.tell({ ...message, type: 'voucher' })
      return
    case 'spent':
      context.spent.add(`${message.session} ${message.generation}`)
      return
    case 'roll-call':
      if (session?.sessionId === message.session) void object(context, message)
  }
}

/** Another tab wants to refresh without the store: not while this one knows better, is refreshing, or can still read the store. */
async function object<User>(
  context: ClientContext<User>,
  message: Extract<TabMessage, { type: 'roll-call' | 'objection' }>,
): Promise<void> {
  const { memory, environment, names } = context
  const canRead = await environment.store.read(names.session).then(
    () => true,
    () => false,
  )
  if (
    canRead ||
    context.ownIntents.size > 0 ||
    (memory.record?.generation ?? 0) > message.generation
  )
    context.tell({ ...message, type: 'objection' })
}

function onMoment<User>(context: ClientContext<User>, moment: PageMoment): void {
  const { memory, environment, names } = context
  if (moment === 'freeze' || moment === 'pagehide') memory.verified = false
  if (moment === 'resume' || moment === 'pageshow' || moment === 'visible') {
    memory.verified = false
    const marker = environment.page.readMarker(names.shared)
    const known = memory.record?.state === 'signed-in' ? memory.record.sessionId : undefined
    // a page that slept through a sign-out must not show protected text while it reads
    if (known !== undefined && marker !== null && marker !== known && marker !== `~${known}`)
      memory.dispatch({ type: 'restoring', hint: false })
    if (memory.state.status === 'signing-in') memory.dispatch({ type: 'restoring', hint: false })
    void syncWithStore(context)
  }
}

async function readWithRetries<User>(context: ClientContext<User>): Promise<void> {
  context.memory.verified = false
  for (const delayMs of [0, ...retriesMs]) {
    if (delayMs) await wait(context.environment.clock, delayMs)
    await syncWithStore(context)
    if (context.memory.verified || context.isDisposed()) return
  }
}

async function readOnce<User>(context: ClientContext<User>): Promise<void> {
  const { environment, names, memory } = context
  try {
    await adoptStored(context, await environment.store.read(names.session), 'another-tab')
  } catch {
    // memory is what is left; the page goes on with it
    if (memory.state.status === 'restoring' && memory.record)
      memory.dispatch({ type: 'nobody-here', reason: 'signed-out' })
  }
}
