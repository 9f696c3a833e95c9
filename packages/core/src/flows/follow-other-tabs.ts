/** How a page keeps up with the other tabs and with its own sleep: hints and wakings are reasons to read the store (PROTOCOL rules 6, 7). */
import type { PageMoment } from '../environment/environment.js'
import { wait } from '../environment/long-timer.js'
import type { TabMessage } from '../session/tab-message.js'
import { clearBackoff } from '../session/refresh-decisions.js'
import { adoptRecord, leaveSession } from './adopt-session.js'
import { buildTombstone } from '../session/tombstone.js'
import type { ClientContext } from './client-context.js'
import { obtainToken } from './refresh-access-token.js'
import { syncWithStore } from './sync-with-store.js'

const retriesMs = [1000, 2000, 5000]

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
  if (moment === 'online') void endBackoff(context)
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

/** The network is back: nobody needs to wait for the next try, unless the server has named the moment (rule 24). */
async function endBackoff<User>(context: ClientContext<User>): Promise<void> {
  const { environment, names, options, memory } = context
  const record = await environment.store
    .update(names.session, (value) => clearBackoff(value, options))
    .catch(() => undefined)
  if (!record) return
  adoptRecord(context, record, 'this-tab')
  context.tell({ type: 'changed', generation: record.generation })
  const token = memory.token('')
  const isWaiting = memory.state.status === 'signed-in' && memory.state.refresh === 'waiting'
  if (isWaiting && token) await obtainToken(context, { key: '' }, undefined).catch(() => {})
}

async function readWithRetries<User>(context: ClientContext<User>): Promise<void> {
  context.memory.verified = false
  for (const delayMs of [0, ...retriesMs]) {
    if (delayMs) await wait(context.environment.clock, delayMs)
    await syncWithStore(context)
    if (context.memory.verified || context.isDisposed()) return
  }
}
