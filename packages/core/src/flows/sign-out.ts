/** A sign-out is final: out in memory at once, then in the store and all tabs, then at the authorization server (PROTOCOL rule 27). */
import type { SignOutOptions } from '../auth-client.js'
import { StorageError } from '../errors.js'
import { wait } from '../environment/long-timer.js'
import { safeReturnTo } from '../session/return-to.js'
import { parseSessionRecord, type SessionRecord } from '../session/session-record.js'
import { buildTombstone } from '../session/tombstone.js'
import { adoptRecord } from './adopt-session.js'
import { revokeLater } from './revoke-later.js'
import { untilAttemptIsOver } from './until-attempt-is-over.js'
import type { ClientContext } from './client-context.js'

const retriesMs = [1000, 2000, 5000, 30_000]

/** Never fails for the network's sake: local sign-out does not depend on it. */
export async function signOut<User>(
  context: ClientContext<User>,
  options: SignOutOptions,
  known: SessionRecord | undefined,
): Promise<void> {
  const { environment, names } = context
  const { page } = environment
  const newest = known && (await storeTombstone(context, known))
  if (known) {
    context.memory.emit('signed-out', { by: 'this-tab' })
    page.writeMarker(names.shared, `!${known.sessionId}`)
    context.tell({
      type: 'changed',
      generation: (newest ?? known).generation + 1,
      signedOut: true,
    })
  }
  await leave(context, options, newest ?? known)
}

/** Writes the tombstone over the session of this user. Returns the session as it was stored last. */
async function storeTombstone<User>(
  context: ClientContext<User>,
  known: SessionRecord,
): Promise<SessionRecord | undefined> {
  const { environment, names, options, memory } = context
  const bury = () =>
    environment.store.update(names.session, (value) => {
      const record = parseSessionRecord(value, options)
      // another user's session is not mine to end
      if (record?.state === 'signed-in' && record.subject !== known.subject)
        return { result: undefined }
      if (record && record.state !== 'signed-in') return { result: undefined }
      const last = record ?? known
      const generation = Math.max(last.generation, known.generation)
      return { put: buildTombstone({ ...last, generation }, 'signed-out'), result: last }
    })
  try {
    const last = await bury()
    if (last) adoptRecord(context, buildTombstone(last, 'signed-out'), 'this-tab')
    return last
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    memory.emit('storage-failed', { error })
    void (async () => {
      for (const delayMs of retriesMs) {
        await wait(environment.clock, delayMs)
        if (
          await bury().then(
            () => true,
            () => false,
          )
        )
          return
      }
    })()
    return undefined
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
