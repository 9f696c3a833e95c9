/** How the session of a sign-in gets into the store: at once, or as soon as the store works. A sign-out since it began wins (PROTOCOL rule 26). */
import type { Decision } from '../environment/environment.js'
import { SignInFailedError, StorageError } from '../errors.js'
import type { Protocol } from '../protocol/protocol.js'
import type { StoredRequest } from '../session/pending-requests.js'
import { parseSessionRecord, type SessionRecord } from '../session/session-record.js'
import { buildTombstone } from '../session/tombstone.js'
import { adoptRecord, adoptStored, leaveSession } from './adopt-session.js'
import type { ClientContext } from './client-context.js'
import { revokeLater } from './revoke-later.js'
import { syncWithStore } from './sync-with-store.js'
import { untilWake } from './until-wake.js'
import type { UnstoredSignIn } from './unstored-sign-in.js'

/** What a sign-in found when its response came back. */
export interface SignInBase {
  readonly marker: string | null
  /** `undefined`: the store could not be read. */
  readonly found: { readonly record: SessionRecord | undefined } | undefined
}

type StoreResult =
  | { readonly kind: 'signed-out' | 'other-subject' }
  | {
      readonly kind: 'stored'
      readonly record: SessionRecord
      readonly replaced: SessionRecord | undefined
    }

const retriesMs = [1000, 2000, 5000, 10_000, 30_000]

/** Called before the code is redeemed: a sign-out from now on wins over this sign-in. */
export async function noteSignInBase<User>({
  environment: { store, page },
  names,
  options,
}: ClientContext<User>): Promise<SignInBase> {
  const marker = page.readMarker(names.shared)
  const found = await store.read(names.session).then(
    (value) => ({ record: parseSessionRecord(value, options) }),
    () => undefined,
  )
  return { marker, found }
}

/**
 * Replaces whatever session is stored.
 *
 * @throws {SignInFailedError} `signed-out-meanwhile`, `subject-mismatch`: the new tokens are revoked.
 * @throws {StorageError} Only where another page waits for this one: else the session lives in memory until it can be stored.
 */
export async function storeSignIn<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  base: SignInBase,
  record: SessionRecord,
  display: StoredRequest['display'],
): Promise<{ readonly record: SessionRecord; readonly isStored: boolean }> {
  const { environment, names } = context
  const put = (value: unknown) => decide(context, base, record, display, value)
  try {
    const result = await environment.store.update(names.session, put)
    return { record: follow(context, protocol, record, result), isStored: true }
  } catch (error) {
    if (!(error instanceof StorageError) || display !== 'redirect') throw error
    const before = base.found?.record
    const isOfSameUser = before?.state === 'signed-in' && before.subject === record.subject
    const unstored: UnstoredSignIn = {
      sessionId: record.sessionId,
      replaces: isOfSameUser ? before.sessionId : undefined,
      async store() {
        if (!isPending(context, unstored)) return
        const result = await environment.store.update<StoreResult | { stored: unknown }>(
          names.session,
          (value) =>
            isOvertaken(context, base, record, value)
              ? { result: { stored: value } }
              : decide(context, base, record, display, value),
        )
        if (context.unstored !== unstored) return
        context.unstored = undefined
        if ('stored' in result) return adoptStored(context, result.stored, 'another-tab')
        try {
          adoptRecord(context, follow(context, protocol, record, result), 'this-tab')
        } catch {
          leaveSession(context, buildTombstone(record, 'signed-out'), 'another-tab')
          // not awaited: a read may be waiting for this very attempt
          void syncWithStore(context)
        }
      },
    }
    context.unstored = unstored
    void keepTrying(context, unstored)
    context.memory.emit('storage-failed', { error })
    return { record, isStored: false }
  }
}

/** The write itself, in one transaction. */
function decide<User>(
  { environment: { page }, names, options, memory }: ClientContext<User>,
  { marker, found }: SignInBase,
  record: SessionRecord,
  display: StoredRequest['display'],
  value: unknown,
): Decision<StoreResult> {
  const stored = parseSessionRecord(value, options)
  // a write that was given up has landed all the same
  if (stored?.sessionId === record.sessionId)
    return { result: { kind: 'stored', record: stored, replaced: undefined } }
  const signOuts = stored?.signOuts ?? 0
  // where sign-outs could not be counted, the marker tells
  const latest = page.readMarker(names.shared)
  const isSignedOut = latest?.startsWith('!') && latest !== marker
  if (isSignedOut || (found && signOuts > (found.record?.signOuts ?? 0)))
    return { result: { kind: 'signed-out' } }
  if (display === 'silent' && stored && stored.subject !== record.subject)
    return { result: { kind: 'other-subject' } }
  const known = memory.record
  // refreshed in memory since: the refresh token of the sign-in may be spent
  const newest = known?.sessionId === record.sessionId ? known : record
  const generation = Math.max(stored?.generation ?? 0, known?.generation ?? 0) + 1
  const next = { ...newest, generation, signOuts }
  return { put: next, result: { kind: 'stored', record: next, replaced: stored } }
}

/** Whether somebody has signed in since: what could not be stored at once does not replace them. */
function isOvertaken<User>(
  { options }: ClientContext<User>,
  { found }: SignInBase,
  { sessionId }: SessionRecord,
  value: unknown,
): boolean {
  const stored = parseSessionRecord(value, options)
  return (
    found !== undefined &&
    stored?.state === 'signed-in' &&
    stored.sessionId !== sessionId &&
    stored.sessionId !== found.record?.sessionId
  )
}

/** What was stored becomes known to all tabs; what must not be is revoked. @throws {SignInFailedError} */
function follow<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  record: SessionRecord,
  result: StoreResult,
): SessionRecord {
  if (result.kind !== 'stored') {
    if (record.refreshToken) revokeLater(context, protocol, record.refreshToken, record)
    throw result.kind === 'signed-out'
      ? new SignInFailedError(
          'signed-out-meanwhile',
          'The user signed out while this sign-in was under way.',
        )
      : new SignInFailedError('subject-mismatch', 'The silent sign-in brought another user.')
  }
  const { replaced } = result
  // another user's is of no use any more; the same user's may still be in a request under way, so it is left
  if (replaced?.refreshToken && replaced.subject !== record.subject)
    revokeLater(context, protocol, replaced.refreshToken, replaced)
  context.environment.page.writeMarker(context.names.shared, record.sessionId)
  context.tell({ type: 'changed', generation: result.record.generation })
  return result.record
}

/** Until it is stored, or the page has left that session. */
async function keepTrying<User>(
  context: ClientContext<User>,
  unstored: UnstoredSignIn,
): Promise<void> {
  for (let tries = 0; context.unstored === unstored; tries++) {
    await untilWake(context, retriesMs[Math.min(tries, retriesMs.length - 1)] ?? 0)
    await unstored.store().catch((error: unknown) => {
      if (!(error instanceof StorageError)) throw error
    })
  }
}

function isPending<User>(context: ClientContext<User>, unstored: UnstoredSignIn): boolean {
  const { record } = context.memory
  if (context.unstored !== unstored) return false
  if (record?.sessionId === unstored.sessionId && record.state === 'signed-in') return true
  context.unstored = undefined
  return false
}
