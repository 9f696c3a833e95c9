/** A sign-out is final: out in memory at once, then in the store and all tabs, then at the authorization server (PROTOCOL rule 27). */
import type { SignOutOptions } from '../auth-client.js'
import type { Decision } from '../environment/environment.js'
import { StorageError } from '../errors.js'
import { safeReturnTo } from '../session/return-to.js'
import { parseSessionRecord, type SessionRecord } from '../session/session-record.js'
import { buildTombstone } from '../session/tombstone.js'
import { adoptRecord } from './adopt-session.js'
import { revokeLater } from './revoke-later.js'
import { untilWake } from './until-wake.js'
import { untilAttemptIsOver } from './until-attempt-is-over.js'
import type { ClientContext } from './client-context.js'

const retriesMs = [1000, 2000, 5000, 30_000]

/** Never fails for the network's sake: local sign-out does not depend on it. */
export async function signOut<User>(
  context: ClientContext<User>,
  options: SignOutOptions,
  known: SessionRecord | undefined,
): Promise<void> {
  const { environment, names, memory } = context
  const { page } = environment
  const marker = page.readMarker(names.shared)
  // at once: the user may close the tab in this moment
  const { unstored } = context
  // a sign-in that could not be stored has left its user's last session in the store
  const storedId =
    unstored && unstored.sessionId === known?.sessionId ? unstored.replaces : undefined
  const sessionId = storedId ?? known?.sessionId
  const over = `!${sessionId}`
  const tell = () => {
    if (context.tellSignOut !== tell) return
    context.tellSignOut = undefined
    memory.emit('signed-out', { by: 'this-tab' })
  }
  if (known) {
    page.writeMarker(names.shared, over)
    context.tellSignOut = tell
  }
  const buried = known && (await bury(context, known, sessionId))
  if (buried === 'another-user' && marker !== null && page.readMarker(names.shared) === over)
    page.writeMarker(names.shared, marker)
  // shown here while the store failed
  const arrived = !buried && memory.record?.state === 'signed-in' ? memory.record : undefined
  if (known && buried !== 'another-user') {
    const tombstone = buried?.tombstone ?? buildTombstone(known, 'signed-out')
    const now = page.readMarker(names.shared)
    // unless another sign-out has been there since: it is the only word of it while the store fails
    if (buried && (now === over || !now?.startsWith('!')))
      page.writeMarker(names.shared, `!${tombstone.sessionId}`)
    context.tell({ type: 'changed', generation: tombstone.generation, signedOut: true })
    if (!arrived) adoptRecord(context, tombstone, 'this-tab')
  }
  if (known) tell()
  // the user does not want to sign in again: whoever waits for it need not wait any longer
  else if (memory.state.status === 'signed-out' && memory.state.reason === 'session-ended')
    memory.dispatch({ type: 'nobody-here', reason: 'signed-out' })
  // a newer session of the same person is meant as well
  if (arrived && arrived.subject === known?.subject)
    await signOut(context, { revoke: options.revoke !== false, endSession: false }, memory.leave())
  await leave(context, options, buried && buried !== 'another-user' ? buried.last : known)
}

/** What was buried: the session as it was stored last, and what lies over it now. */
interface Buried {
  readonly last: SessionRecord
  readonly tombstone: SessionRecord
}

/**
 * Writes the tombstone over the session of this user.
 *
 * @param sessionId - What the store holds of this user, as far as this page knows.
 * @returns `undefined`: the store fails; it is tried again.
 */
async function bury<User>(
  context: ClientContext<User>,
  known: SessionRecord,
  sessionId: string | undefined,
): Promise<Buried | 'another-user' | undefined> {
  const { environment, names, options, memory } = context
  let isGivenUp = false
  const decide = (value: unknown): Decision<Buried | 'another-user'> => {
    const record = parseSessionRecord(value, options)
    // another user's session is not mine to end
    if (record?.state === 'signed-in' && record.subject !== known.subject)
      return { result: 'another-user' }
    // what lands late must not sign out who has signed in since
    if (isGivenUp && record?.sessionId !== sessionId) return { result: 'another-user' }
    if (record && record.state !== 'signed-in')
      return { result: { last: known, tombstone: record } }
    const last = record ?? known
    const generation = Math.max(last.generation, known.generation)
    const tombstone = buildTombstone({ ...last, generation }, 'signed-out')
    return { put: tombstone, result: { last, tombstone } }
  }
  try {
    return await environment.store.update(names.session, decide)
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    isGivenUp = true
    void empty(context, known, sessionId)
    memory.emit('storage-failed', { error })
    return undefined
  }
}

/** The tombstone could not be written: no token may stay, so the key is deleted, now or as soon as the store works again. */
async function empty<User>(
  context: ClientContext<User>,
  known: SessionRecord,
  sessionId: string | undefined,
): Promise<void> {
  const { environment, names, options } = context
  const remove = () =>
    environment.store.update(names.session, (value) => {
      const record = parseSessionRecord(value, options)
      const isMine = record?.state === 'signed-in' && record.sessionId === sessionId
      return isMine ? { remove: true, result: undefined } : { result: undefined }
    })
  for (let tries = 0; ; tries++) {
    const isDone = await remove().then(
      () => true,
      () => false,
    )
    if (isDone) return context.tell({ type: 'changed', generation: known.generation + 1 })
    await untilWake(context, retriesMs[Math.min(tries, retriesMs.length - 1)] ?? 0)
  }
}

/** Revokes in the background and, where asked and possible, leaves for the end session endpoint (RP-Initiated Logout §2). */
async function leave<User>(
  context: ClientContext<User>,
  { revoke = true, endSession = true, returnTo }: SignOutOptions,
  last: SessionRecord | undefined,
): Promise<void> {
  const { environment, options } = context
  const { page } = environment
  let url: string | undefined
  if (last)
    try {
      const protocol = await context.loadProtocol()
      if (revoke && last.refreshToken) revokeLater(context, protocol, last.refreshToken, last)
      if (endSession)
        url = await protocol.endSessionUrl({
          ...(last.idToken && { idToken: last.idToken }),
          ...(options.postLogoutRedirectUri !== undefined && {
            postLogoutRedirectUri: new URL(options.postLogoutRedirectUri, page.url()).href,
          }),
        })
    } catch {
      // signed out here, whatever the authorization server's state
    }
  if (url) {
    await untilAttemptIsOver(context)
    return page.leaveFor(url)
  }
  if (returnTo === undefined) return
  const path = safeReturnTo(returnTo, page.url())
  if (options.navigate) options.navigate(path)
  else page.replaceUrl(path)
}
