/** Whether this page may begin something in the store or ask for a lock: not in or after `freeze` and `pagehide`, where it would never end (PROTOCOL rule 4). */
import type { Page } from '../environment/environment.js'

export interface Sleep {
  isAsleep(): boolean
  untilAwake(): Promise<void>
  /** How often it has slept: what was read before a sleep is old after it. */
  naps(): number
  stop(): void
}

/** Watches before all others do: who hears of a waking finds the page awake. */
export function watchSleep(page: Page): Sleep {
  let isAsleep = false
  let naps = 0
  let awake = Promise.resolve()
  let wake = () => {}
  const stop = page.onMoment((moment) => {
    if (moment === 'freeze' || moment === 'pagehide') {
      if (!isAsleep) awake = new Promise((resolve) => (wake = resolve))
      naps++
      isAsleep = true
    } else if (moment === 'resume' || moment === 'pageshow' || moment === 'visible') {
      isAsleep = false
      wake()
    }
  })
  return { isAsleep: () => isAsleep, untilAwake: () => awake, naps: () => naps, stop }
}
