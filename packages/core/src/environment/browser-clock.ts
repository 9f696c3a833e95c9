import type { Clock } from './environment.js'

/** The browser's clocks and timer, looked up at each use, so that a page (or its tests) may replace them. */
export function browserClock(scope: ClockScope): Clock {
  return {
    now: () => scope.Date.now(),
    monotonic: () => scope.performance.now(),
    setTimer(callback, delayMs) {
      const timer = scope.setTimeout(callback, delayMs)
      return () => scope.clearTimeout(timer)
    },
  }
}

export type ClockScope = Pick<
  typeof globalThis,
  'Date' | 'performance' | 'setTimeout' | 'clearTimeout'
>
