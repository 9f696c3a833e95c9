/** The Web Lock that all tabs queue for: it keeps them from disturbing each other, and proves nothing (PROTOCOL rules 4, 12). */
import type { ClientContext } from './client-context.js'

export interface RefreshQueue {
  /** Whether it is this page's turn. */
  isGranted(): boolean
  isAsleep(): boolean
  /** Settles when the page is awake and has had the moment a free lock takes to be granted. */
  untilAwake(): Promise<void>
  isGrantedWithin(limitMs: number): Promise<boolean>
  /** Settles when something moved, or the time is up. */
  nextMove(limitMs: number): Promise<void>
  leave(): void
}

const firstGrantMs = 50

/** Nothing may start in or after `freeze`: a page that falls asleep leaves the queue, and enters it again when it wakes. */
export function enterQueue<User>(context: ClientContext<User>, onNews: () => void): RefreshQueue {
  const { locks, page, clock } = context.environment
  let isGranted = !locks.available
  let isOver = false
  let request = new AbortController()
  let unlock = () => {}
  let wake = () => {}

  function ask(): void {
    if (isGranted || isOver) return
    request.abort()
    request = new AbortController()
    locks
      .request(context.names.shared, request.signal, () => {
        // the attempt was over before the lock came
        if (isOver || context.isAsleep()) return Promise.resolve()
        isGranted = true
        wake()
        return new Promise<void>((resolve) => (unlock = resolve))
      })
      .catch(() => {
        // refused to this page: then the claim alone keeps others out
        if (locks.available) return
        isGranted = true
        wake()
      })
  }

  const stops = [
    page.onMoment((moment) => {
      if ((moment === 'freeze' || moment === 'pagehide') && !isGranted) request.abort()
      else if (moment === 'resume' || moment === 'pageshow') ask()
    }),
    context.hear((message) => {
      if (message.type !== 'changed') return
      onNews()
      wake()
    }),
  ]
  if (!context.isAsleep()) ask()

  function nextMove(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.setTimer(resolve, limitMs)
      wake = () => {
        cancel()
        resolve()
      }
    })
  }

  return {
    isGranted: () => isGranted,
    isAsleep: context.isAsleep,
    async untilAwake() {
      await context.untilAwake()
      // a free lock is granted in a task or two: looking first would only cost a read
      if (!isGranted) await nextMove(firstGrantMs)
    },
    async isGrantedWithin(limitMs) {
      const endMs = clock.monotonic() + limitMs
      while (!isGranted && clock.monotonic() < endMs) await nextMove(endMs - clock.monotonic())
      return isGranted
    },
    nextMove,
    leave() {
      isOver = true
      request.abort()
      unlock()
      for (const stop of stops) stop()
    },
  }
}
