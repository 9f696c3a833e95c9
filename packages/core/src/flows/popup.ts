/** A sign-in in a popup: the child does the exchange and stores the session; nothing secret crosses windows. */
import { wait } from '../environment/long-timer.js'
import type { PopupWindow } from '../environment/environment.js'
import { SignInFailedError } from '../errors.js'
import { outcomeOf, pendingLifeMs } from '../session/pending-requests.js'
import type { ClientContext } from './client-context.js'
import { syncWithStore } from './sync-with-store.js'

const lookMs = 500
/** How long after the window is gone an outcome may still be written. */
const graceMs = 2000

/** Waits until the popup has finished. Leaves no listener or timer behind. @throws {SignInFailedError} */
export async function awaitPopup<User>(
  context: ClientContext<User>,
  popup: PopupWindow,
  attempt: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { environment } = context
  const { clock } = environment
  const startedAt = clock.monotonic()
  let hasReachedServer = false
  let closedSince: number | undefined
  let wake = () => {}
  const stop = context.hear((message) => {
    if (message.type === 'sign-in-finished' && message.attempt === attempt) wake()
  })
  try {
    for (;;) {
      if (signal?.aborted)
        throw new SignInFailedError('sign-in-aborted', 'The app gave up waiting for the popup.')
      // a message is only a hint: what counts is what the child stored
      const outcome = await readOutcome(context, attempt)
      if (outcome === 'signed-in') return await syncWithStore(context)
      if (outcome)
        throw new SignInFailedError(outcome, 'The sign-in in the popup did not come about.')
      const age = clock.monotonic() - startedAt
      if (age > pendingLifeMs)
        throw new SignInFailedError('sign-in-timeout', 'Nobody signed in within ten minutes.')
      if (!popup.isClosed()) {
        closedSince = undefined
        hasReachedServer ||= age > lookMs * 2
      } else closedSince ??= clock.monotonic()
      // closed at once after leaving for the server is what COOP looks like; closed after being seen open is the user
      if (
        closedSince !== undefined &&
        hasReachedServer &&
        clock.monotonic() - closedSince > graceMs
      )
        throw new SignInFailedError(
          'popup-closed',
          'The popup was closed before the sign-in was over.',
        )
      const woken = new AbortController()
      wake = () => woken.abort()
      signal?.addEventListener('abort', wake, { once: true })
      await wait(clock, lookMs, woken.signal).catch(() => {})
      signal?.removeEventListener('abort', wake)
    }
  } finally {
    stop()
    popup.close()
  }
}

async function readOutcome<User>({ environment, names }: ClientContext<User>, attempt: string) {
  const stored = await environment.store.read(names.requests).catch(() => undefined)
  return outcomeOf(stored, attempt)
}
