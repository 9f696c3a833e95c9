/** Refreshes ahead of expiry while the tab is visible. Timers are hints: each re-checks the clock (PROTOCOL rule 10). */
import { setAlarm } from '../environment/long-timer.js'
import { RefreshPostponedError } from '../errors.js'
import { expiresAt } from '../session/freshness.js'
import { refreshDueAt } from '../session/refresh-due.js'
import type { ClientContext } from './client-context.js'
import { obtainToken } from './refresh-access-token.js'

const shortestRetryMs = 4000

/** Arms itself whenever the token, or the page's visibility, changes. Returns the undo. */
export function scheduleRefresh<User>(
  context: ClientContext<User>,
  random: () => number,
): () => void {
  const { memory, environment } = context
  const { clock, page } = environment
  let armedFor: string | undefined
  let jitter = random()
  let disarm = () => {}

  function arm(notBefore = 0): void {
    disarm()
    const token = memory.token('')
    if (!token || !token.lifetime || !memory.record?.refreshToken || !page.isVisible()) return
    const due = Math.max(refreshDueAt(token, jitter), notBefore)
    if (due < Infinity) disarm = setAlarm(clock, due, () => void refresh())
  }

  async function refresh(): Promise<void> {
    const token = memory.token('')
    if (!token || context.isDisposed()) return
    try {
      await obtainToken(
        context,
        { key: '', minValidityMs: Math.max(0, expiresAt(token) - clock.now()) + 1 },
        undefined,
      )
    } catch (error) {
      if (!(error instanceof RefreshPostponedError) || context.isDisposed()) return
      arm(clock.now() + Math.max(error.retryAfterMs ?? 0, shortestRetryMs))
      return
    }
    arm(memory.token('') === token ? clock.now() + shortestRetryMs : 0)
  }

  function armForNewToken(): void {
    const value = memory.token('')?.value
    if (value === armedFor) return
    armedFor = value
    jitter = random()
    arm()
  }

  // the session may be here already
  armForNewToken()
  const stops = [
    memory.subscribe(armForNewToken),
    page.onMoment((moment) => {
      if (moment !== 'freeze' && moment !== 'pagehide' && moment !== 'offline') arm()
    }),
  ]
  return () => {
    disarm()
    for (const stop of stops) stop()
  }
}
