/** The first thing a page does: a look into the store, without any network request. The rare cases wait for the rest of the code. */
import { parseSessionRecord } from '../session/session-record.js'
import type { ClientShell } from './client-context.js'
import { showSession } from './show-session.js'

/** @param restoreCarefully - Retries, vouchers, tombstones, repairs. */
export async function restoreAtStart<User>(
  shell: ClientShell<User>,
  restoreCarefully: () => Promise<void>,
): Promise<void> {
  const { start, names, memory, options } = shell
  const value = await start.read(names.session).catch(() => null)
  // afterwards: a page may be frozen here, and sleep through a sign-out
  const marker = start.page.readMarker(names.shared)
  if (value === undefined)
    return memory.dispatch({
      type: 'nobody-here',
      reason: marker ? 'signed-out' : 'never-signed-in',
    })
  const record = parseSessionRecord(value, options)
  const isRare =
    options.idleTimeoutMs || record?.volatile || (marker !== null && marker !== record?.sessionId)
  if (record?.state === 'signed-in' && !isRare)
    showSession(shell, record, options.storage ?? 'indexeddb')
  else await restoreCarefully()
}
