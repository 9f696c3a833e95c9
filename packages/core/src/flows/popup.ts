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

/**
 * Waits until the popup has finished. Leaves no listener or timer behind.
 *
 * @throws {SignInFailedError} The child's code; or `popup-closed`, `sign-in-timeout`, `sign-in-aborted`.
 */
export async function awaitPopup<User>(
  context: ClientContext<User>,
  popup: PopupWindow,
  attempt: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { clock, windows } = context.environment
  const startedAt = clock.monotonic()
  let hasSeenServer = false
  let closedSince = Infinity
  let wake = () => {}
  const onAbort = () => wake()
  const stop = context.hear((message) => {
    if (message.type === 'sign-in-finished' && message.attempt === attempt) wake()
  })
  signal?.addEventListener('abort', onAbort)
  try {
    for (;;) {
      const pause = new AbortController()
      wake = () => pause.abort()
      // a message is only a hint: what counts is what the child stored
      const outcome = await readOutcome(context, attempt)
      if (outcome === 'signed-in') return await takeOver(context)
      if (outcome) throw new SignInFailedError(outcome, 'The sign-in in the popup failed.')
      if (signal?.aborted) throw abortedSignIn(signal)
      const now = clock.monotonic()
      if (now - startedAt > pendingLifeMs)
        throw new SignInFailedError('sign-in-timeout', 'Nobody signed in within ten minutes.')
      // "closed" is what COOP looks like, too: it counts only after a page of the server was seen in it, and if the user is back here
      hasSeenServer ||= !popup.closed && showsServer(popup)
      const isClosed = popup.closed && hasSeenServer && windows.hasFocus()
      closedSince = isClosed ? Math.min(closedSince, now) : Infinity
      if (now - closedSince >= graceMs)
        throw new SignInFailedError('popup-closed', 'The popup was closed before it was over.')
      await wait(clock, lookMs, pause.signal).catch(() => {})
    }
  } finally {
    stop()
    signal?.removeEventListener('abort', onAbort)
  }
}

export function abortedSignIn({ reason }: AbortSignal): SignInFailedError {
  return new SignInFailedError('sign-in-aborted', 'The app gave the sign-in up.', { cause: reason })
}

async function readOutcome<User>({ environment, names }: ClientContext<User>, attempt: string) {
  const stored = await environment.store.read(names.requests).catch(() => undefined)
  return outcomeOf(stored, attempt)
}

/** What the child has stored. */
async function takeOver<User>(context: ClientContext<User>): Promise<void> {
  await syncWithStore(context)
  const { state } = context.memory
  if (state.status === 'signed-in') return
  throw state.status === 'signed-out' && state.error instanceof SignInFailedError
    ? state.error
    : new SignInFailedError('signed-out-meanwhile', 'The user signed in, and is out again.')
}

function showsServer({ location }: PopupWindow): boolean {
  try {
    return location.href !== 'about:blank'
  } catch {
    // a page of another origin
    return true
  }
}
