import { wait } from '../environment/long-timer.js'
import type { ClientContext } from './client-context.js'

const limitMs = 2000

/** Before the page is left: a refresh of this page gets two seconds to store its answer, or the answer is lost with the page (rule 30). */
export async function untilAttemptIsOver<User>(context: ClientContext<User>): Promise<void> {
  const attempts = runningAttempts(context)
  if (attempts.length > 0)
    await Promise.race([Promise.allSettled(attempts), wait(context.environment.clock, limitMs)])
}

/** The refreshes of this page, whichever of its clients began them. */
export function runningAttempts<User>({ registry, names }: ClientContext<User>): Promise<void>[] {
  return [...registry.attempts]
    .filter(([id]) => id.startsWith(`${names.shared} `))
    .map(([, attempt]) => attempt.over)
}
