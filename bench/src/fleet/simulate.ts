// A million signed-in browsers against one authorization server, second by second. No browser, no network: who asks when.
import type { Policy } from './policies.js'
import { seededRandom } from './random.js'

export interface FleetOptions {
  browsers: number
  lifetimeSeconds: number
  durationSeconds: number
  /** No answer from `from` to `to`, in seconds; none: a day without. */
  outage?: { from: number; to: number }
  /** Answers a second; what comes above is refused as an outage is. Default: no limit. */
  capacity?: number
  /** Mean seconds that a page stays visible, and hidden. */
  visibleSeconds: number
  hiddenSeconds: number
  seed: number
}

/** Requests to the token endpoint in each second, answered or not. */
export interface FleetLoad {
  requests: Uint32Array
  answered: Uint32Array
}

/** One pending moment per browser, in a list per second. */
export function simulateFleet(policy: Policy, options: FleetOptions): FleetLoad {
  const { browsers, lifetimeSeconds, durationSeconds, outage, capacity = Infinity } = options
  const random = seededRandom(options.seed)
  const requests = new Uint32Array(durationSeconds)
  const answered = new Uint32Array(durationSeconds)
  const firstAt = new Int32Array(durationSeconds + 1).fill(-1)
  const nextOf = new Int32Array(browsers).fill(-1)
  const failures = new Uint8Array(browsers)
  /** When the page changes between visible and hidden next; negative: it is hidden until then. */
  const turnsAt = new Float64Array(browsers)

  for (let browser = 0; browser < browsers; browser++) {
    const share = options.visibleSeconds / (options.visibleSeconds + options.hiddenSeconds)
    const isVisible = random() < share
    const mean = isVisible ? options.visibleSeconds : options.hiddenSeconds
    turnsAt[browser] = (isVisible ? 1 : -1) * exponential(mean)
    // signed in at some time before: the day begins in the middle of things
    schedule(browser, random() * lifetimeSeconds)
  }
  for (let second = 0; second < durationSeconds; second++) {
    let browser = firstAt[second] as number
    while (browser >= 0) {
      const following = nextOf[browser] as number
      visit(browser, second)
      browser = following
    }
  }
  return { requests, answered }

  function visit(browser: number, second: number): void {
    const visibleAgainAt = policy.refreshesHidden ? second : untilVisible(browser, second)
    // the page refreshes when it is looked at again
    if (visibleAgainAt > second) return schedule(browser, visibleAgainAt)
    requests[second]!++
    const isDown = outage !== undefined && second >= outage.from && second < outage.to
    if (isDown || (answered[second] as number) >= capacity) {
      const delay = policy.retrySeconds(failures[browser] as number, random)
      failures[browser] = Math.min(30, (failures[browser] as number) + 1)
      return schedule(browser, second + Math.max(1, dithered(delay)))
    }
    answered[second]!++
    failures[browser] = 0
    const lead = policy.leadSeconds(lifetimeSeconds, random)
    schedule(browser, second + Math.max(1, dithered(lifetimeSeconds - lead)))
  }

  /** Moves the page through its turns up to now; gives when it is visible. */
  function untilVisible(browser: number, second: number): number {
    let turn = turnsAt[browser] as number
    while (Math.abs(turn) <= second) {
      turn =
        turn > 0
          ? -(turn + 1 + exponential(options.hiddenSeconds))
          : -turn + 1 + exponential(options.visibleSeconds)
      turnsAt[browser] = turn
    }
    return turn > 0 ? second : Math.ceil(-turn)
  }

  function schedule(browser: number, at: number): void {
    const second = Math.floor(at)
    if (second >= durationSeconds) return
    nextOf[browser] = firstAt[second] as number
    firstAt[second] = browser
  }

  /** Seconds are whole here: a fraction becomes a chance. */
  function dithered(seconds: number): number {
    return Math.floor(seconds + random())
  }

  function exponential(mean: number): number {
    return -mean * Math.log(1 - random())
  }
}
