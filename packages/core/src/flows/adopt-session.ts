/** How a page takes over a record: what it holds, what it shows, what it tells the app. All writes and reads of the session end here. */
import {
  SessionEndedError,
  SignInFailedError,
  StorageError,
  type SessionEndReason,
} from '../errors.js'
import { decideAdoption } from '../session/adoption.js'
import { expiresAt } from '../session/freshness.js'
import { parseSessionRecord, type SessionRecord } from '../session/session-record.js'
import { buildTombstone, isWritable } from '../session/tombstone.js'
import type { ClientContext } from './client-context.js'
import { isOwnerAlive } from './proof-of-life.js'
import { showSession } from './show-session.js'

/** Who wrote what is adopted. `start` = it was found when the page started. */
export type AdoptedFrom = 'this-tab' | 'another-tab' | 'start'

/** Takes over a record this page wrote or read, and tells the app what changed. */
export function adoptRecord<User>(
  context: ClientContext<User>,
  record: SessionRecord,
  from: AdoptedFrom,
  persistence: 'indexeddb' | 'memory' = storeKind(context),
): void {
  const { memory } = context
  const before = memory.record?.state === 'signed-in' ? memory.record : undefined
  if (isOutdated(memory.record, record) || isSignedOut(context, record)) return
  if (record.state !== 'signed-in') return leaveSession(context, record, from)
  context.tellSignOut?.()
  try {
    showSession(context, record, persistence)
  } catch (error) {
    memory.hold(undefined)
    memory.dispatch({ type: 'nobody-here', reason: 'never-signed-in', error: refusedClaims(error) })
    return
  }
  const { subject, issuer } = record
  if (!before) {
    if (from !== 'start') memory.emit('signed-in', { subject })
  } else if (before.subject !== subject || before.issuer !== issuer) {
    memory.emit('session-changed', { previousSubject: before.subject, subject })
  } else tellRefreshes(context, before, record, from === 'this-tab' ? from : 'another-tab')
}

/** What came late: an older record of the same session, or one from before its sign-out in this page. */
function isOutdated(known: SessionRecord | undefined, record: SessionRecord): boolean {
  if (known?.sessionId !== record.sessionId) return false
  return (
    record.generation < known.generation ||
    (known.state === 'signed-out' && record.state === 'signed-in')
  )
}

/** The marker knows of a sign-out, whatever the store holds. */
export function isSignedOut<User>(
  { environment, names }: ClientContext<User>,
  record: SessionRecord,
) {
  const marker = environment.page.readMarker(names.shared)
  return record.state === 'signed-in' && marker === `!${record.sessionId}`
}

/** Judges what a read found, and follows it. Resolves once a write-back or a re-creation is done. */
export async function adoptStored<User>(
  context: ClientContext<User>,
  value: unknown,
  from: 'another-tab' | 'start',
): Promise<void> {
  const { memory, environment, names, options, unstored } = context
  // whether a sign-in that is still to be stored counts, the attempt to store it will tell
  if (unstored && unstored.sessionId === memory.record?.sessionId)
    return ifStoreWorks(() => unstored.store())
  const stored = parseSessionRecord(value, options)
  const marker = environment.page.readMarker(names.shared)
  switch (decideAdoption(memory.record, memory.verified, stored, marker)) {
    case 'keep':
      // shown again: it may have been hidden while this read was under way
      return memory.record && adoptRecord(context, memory.record, from, persistenceOf(context))
    case 'adopt':
      return stored && adoptRecord(context, stored, from)
    case 'out':
      return leaveStored(context, stored, from)
    case 'write-back':
    case 'recreate':
      return ifStoreWorks(() => repairStore(context))
  }
}

/** Nobody is here any more (or yet): says so, with the reason the record gives. */
export function leaveSession<User>(
  context: ClientContext<User>,
  tombstone: SessionRecord,
  from: AdoptedFrom,
): void {
  const { memory } = context
  const wasHere = memory.record?.state === 'signed-in'
  const error = tombstone.state === 'ended' ? endError(tombstone.ended) : undefined
  // the same end was shown already: an app that compares errors must not see a new one
  if (!wasHere && memory.state.status === 'signed-out') return memory.hold(tombstone)
  memory.hold(tombstone)
  memory.verified = true
  memory.dispatch({
    type: 'nobody-here',
    reason: error ? 'session-ended' : 'signed-out',
    error,
  })
  if (!wasHere) return
  if (error) memory.emit('session-ended', { reason: error.code, error })
  else memory.emit('signed-out', { by: from === 'this-tab' ? from : 'another-tab' })
}

export function storeKind(context: ClientContext): 'indexeddb' | 'memory' {
  return context.options.storage ?? 'indexeddb'
}

function persistenceOf<User>({ memory: { state } }: ClientContext<User>) {
  return state.status === 'signed-in' ? state.persistence : undefined
}

async function leaveStored<User>(
  context: ClientContext<User>,
  record: SessionRecord | undefined,
  from: AdoptedFrom,
): Promise<void> {
  const { memory, names, environment } = context
  if (record && record.state !== 'signed-in') return leaveSession(context, record, from)
  if (record) {
    // a sign-out the store was never told of: the marker says so
    const tombstone = buildTombstone(record, 'signed-out')
    leaveSession(context, tombstone, from)
    return ifStoreWorks(() => repairStore(context))
  }
  const known = memory.record
  if (known?.state === 'signed-in') {
    leaveSession(context, buildTombstone(known, 'signed-out'), from)
    // nobody has said that it was signed out: should it be there again, it is followed
    if (environment.page.readMarker(names.shared) !== `!${known.sessionId}`) memory.hold(undefined)
    return
  }
  memory.verified = true
  memory.dispatch({
    type: 'nobody-here',
    reason: environment.page.readMarker(names.shared) ? 'signed-out' : 'never-signed-in',
  })
}

async function ifStoreWorks(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
  }
}

/** The store lost or reverted what this page knows: what is known is written again (PROTOCOL rule 7). @throws {StorageError} */
async function repairStore<User>(context: ClientContext<User>): Promise<void> {
  const { memory, environment, names, options } = context
  const known = memory.record
  if (!known) return
  await context.untilAwake()
  const seen = parseSessionRecord(await environment.store.read(names.session), options)
  const intent = seen?.intent?.id
  if (
    intent !== undefined &&
    known.state === 'signed-in' &&
    (await isOwnerAlive(context, intent, false))
  )
    return
  const written = await environment.store.update<SessionRecord | undefined>(
    names.session,
    (value) => {
      const stored = parseSessionRecord(value, options)
      const record = repair(known, stored, intent)
      return record ? { put: record, result: record } : { result: undefined }
    },
  )
  if (!written) return
  context.tell({ type: 'changed', generation: written.generation })
  adoptRecord(context, written, 'another-tab')
}

/** What is to be written over a store that went back; `undefined`: nothing. @param deadIntent - The intent found there, whose owner is gone. */
function repair(
  known: SessionRecord,
  stored: SessionRecord | undefined,
  deadIntent: string | undefined,
): SessionRecord | undefined {
  if (stored && (!isWritable(stored) || stored.sessionId !== known.sessionId)) return undefined
  if (known.state !== 'signed-in')
    return stored?.state === 'signed-in'
      ? buildTombstone(
          { ...known, generation: Math.max(known.generation, stored.generation) },
          known.state,
          known.ended,
        )
      : undefined
  if (stored && (stored.generation >= known.generation || stored.intent?.id !== deadIntent))
    return undefined
  const { intent: _, ...rest } = known
  return {
    ...rest,
    generation: known.generation + 1,
    ...(!stored && { volatile: true as const }),
  }
}

function tellRefreshes<User>(
  context: ClientContext<User>,
  before: SessionRecord,
  record: SessionRecord,
  by: 'this-tab' | 'another-tab',
): void {
  for (const [key, token] of Object.entries(record.accessTokens))
    if (before.accessTokens[key]?.value !== token.value)
      context.memory.emit('token-refreshed', {
        generation: record.generation,
        expiresAt: expiresAt(token),
        resource: context.resources.find((resource) => resource.key === key)?.name,
        by,
      })
}

function endError(ended: SessionRecord['ended']): SessionEndedError {
  const reason = (ended?.reason ?? 'refresh-token-refused') as SessionEndReason
  const detail =
    ended?.detail === 'rotation-lost'
      ? ' A refresh before it had got no answer, so the refresh token was probably spent already.'
      : ''
  return new SessionEndedError(reason, `${endSentences[reason]}${detail} Sign in again.`)
}

const endSentences: Readonly<Record<SessionEndReason, string>> = {
  'refresh-token-refused': 'The authorization server refused the refresh token.',
  'subject-changed': 'A refresh brought tokens of another user.',
  'proof-key-lost': 'The key that the tokens are bound to is gone.',
  idle: 'The user was idle for too long.',
  'signed-out': 'The user signed out.',
}

function refusedClaims(cause: unknown): SignInFailedError {
  return new SignInFailedError(
    'invalid-id-token',
    'The claims of the user do not satisfy claimsSchema.',
    cause instanceof Error ? { cause } : {},
  )
}
