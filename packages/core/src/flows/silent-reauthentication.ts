/** `prompt=none` in a hidden iframe: a new session without the user, if the authorization server still knows them (OpenID Connect Core §3.1.2.1). */
import { wait } from '../environment/long-timer.js'
import type { Protocol } from '../protocol/protocol.js'
import { outcomeOf } from '../session/pending-requests.js'
import type { SessionRecord } from '../session/session-record.js'
import type { ClientContext } from './client-context.js'
import { syncWithStore } from './sync-with-store.js'
import { startRequest } from './sign-in.js'

const limitMs = 10_000
const lookMs = 250

/** Resolves with whether the same user has a new session now. Never throws. */
export async function reauthenticateSilently<User>(
  context: ClientContext<User>,
  protocol: Protocol,
  record: SessionRecord,
): Promise<boolean> {
  const { environment, names, memory } = context
  const { clock, store } = environment
  // the frame could hand nothing over
  if (context.options.storage === 'memory') return false
  let close = () => {}
  try {
    const { url, attempt } = await startRequest(context, protocol, {
      silent: true,
      prompt: 'none',
      ...(record.idToken && { idTokenHint: record.idToken }),
    })
    close = environment.windows.openHiddenFrame(url)
    for (const startedAt = clock.monotonic(); clock.monotonic() - startedAt < limitMs;) {
      await wait(clock, lookMs)
      const outcome = outcomeOf(await store.read(names.requests), attempt)
      if (outcome) {
        await syncWithStore(context)
        return outcome === 'signed-in' && memory.record?.subject === record.subject
      }
    }
  } catch {
    // the session is judged by the refusal that led here
  } finally {
    close()
  }
  return false
}
