import { wait } from '../environment/long-timer.js'
import type { ClientContext } from './client-context.js'

/** A while, or less: a page that wakes tries at once what it could not do before. */
export async function untilWake<User>(
  { environment }: Pick<ClientContext<User>, 'environment'>,
  limitMs: number,
): Promise<void> {
  const wake = new AbortController()
  const stop = environment.page.onMoment((moment) => {
    if (moment === 'visible' || moment === 'resume' || moment === 'pageshow') wake.abort()
  })
  await wait(environment.clock, limitMs, wake.signal).catch(() => {})
  stop()
}
