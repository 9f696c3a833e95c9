/** How a page keeps up with the other tabs and with its own sleep: hints and wakings are reasons to read the store (PROTOCOL rules 6, 7). */
import type { PageMoment } from '../environment/environment.js'
import type { TabMessage } from '../session/tab-message.js'
import { clearBackoff } from '../session/refresh-decisions.js'
import { adoptRecord, leaveSession } from './adopt-session.js'
import { buildTombstone } from '../session/tombstone.js'
import type { ClientContext } from './client-context.js'
import { obtainToken } from './refresh-access-token.js'
import { canWrite } from './refresh-without-store.js'
import { syncWithStore } from './sync-with-store.js'

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
      context.heardGeneration = Math.max(context.heardGeneration, message.generation)
      // without a shared store there is nothing to read: a sign-out is believed
      if (options.storage === 'memory') {
        if (message.signedOut && session)
          leaveSession(context, buildTombstone(session, 'signed-out'), 'another-tab')
      } else void syncWithStore(context)
      return
    case 'vouch-for':
      if (session?.sessionId === message.session && memory.verified)
        context.tell({ ...message, type: 'voucher' })
      return
    case 'spent':
      return rememberSpent(context, message)
    case 'roll-call':
      if (session?.sessionId === message.session) void object(context, message)
      return
    case 'unreadable':
      // it may have been news, or a question
      memory.verified = false
      if (session) {
        const { sessionId, generation } = session
        void object(context, { type: 'roll-call', session: sessionId, generation })
      }
      return
    default:
    // answers, which those hear who have asked
  }
}

/** Another tab wants to refresh without the store: not while this one knows better, is refreshing, or has a store that works. */
async function object<User>(
  context: ClientContext<User>,
  message: Extract<TabMessage, { type: 'roll-call' | 'objection' }>,
): Promise<void> {
  const { memory, ownIntents, unsaved } = context
  const knowsBetter = () =>
    ownIntents.size > 0 ||
    unsaved.length > 0 ||
    (memory.record?.generation ?? 0) > message.generation
  // the answer is waited for one second only: what is known at once comes first
  if (knowsBetter() || (!context.isAsleep() && (await canWrite(context))))
    context.tell({ ...message, type: 'objection' })
}

/** Another tab has used a refresh token that may still stand in the store: this page must not (rule 29). */
function rememberSpent<User>(
  { memory: { record }, spent, spentSessions }: ClientContext<User>,
  { session, generation }: Extract<TabMessage, { type: 'spent' }>,
): void {
  spentSessions.add(session)
  if (record?.sessionId === session && record.generation <= generation && record.refreshToken)
    spent.add(record.refreshToken)
}

function onMoment<User>(context: ClientContext<User>, moment: PageMoment): void {
  const { memory } = context
  if (moment === 'freeze' || moment === 'pagehide') memory.verified = false
  if (moment === 'online') void endBackoff(context)
  if (moment === 'resume' || moment === 'pageshow' || moment === 'visible') {
    memory.verified = false
    // a page that slept through a sign-out must not show protected text while it reads
    if (isContradicted(context) || memory.state.status === 'signing-in')
      memory.dispatch({ type: 'restoring', hint: false })
    void syncWithStore(context)
  }
}

/** The marker names another session, or none any more (rule 6). */
function isContradicted<User>({
  memory,
  environment,
  names,
  options,
}: ClientContext<User>): boolean {
  const known = memory.record?.state === 'signed-in' ? memory.record.sessionId : undefined
  const marker = environment.page.readMarker(names.shared)
  // in memory mode each tab has a session of its own, and only its sign-out concerns all
  if (options.storage === 'memory' || known === undefined || marker === null) return false
  return marker !== known && marker !== `~${known}`
}

/** The network is back: nobody needs to wait for the next try, unless the server has named the moment (rule 24). */
async function endBackoff<User>(context: ClientContext<User>): Promise<void> {
  const { environment, names, options, memory } = context
  await context.untilAwake()
  const record = await environment.store
    .update(names.session, (value) => clearBackoff(value, options))
    .catch(() => undefined)
  if (record) {
    context.tell({ type: 'changed', generation: record.generation })
    adoptRecord(context, record, 'this-tab')
  }
  const isWaiting = memory.state.status === 'signed-in' && memory.state.refresh === 'waiting'
  const token = memory.token('')
  if (isWaiting && token && !memory.isFresh(token))
    await obtainToken(context, { key: '' }, undefined).catch(() => {})
}
