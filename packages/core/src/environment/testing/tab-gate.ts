/** The one way from the browser into a tab's code: open, parked while the tab is frozen, shut once it is gone. */

/** Runs a step of the browser's own, some time later but not at once. The label says which, for logs and counterexamples. */
export type Schedule = (step: () => void, label: string) => void

export interface TabGate {
  /** `tab1`, `tab2` … */
  readonly id: string
  readonly shut: boolean
  /** Calls the tab's code: now; after the thaw; or never, if it is gone. */
  enter(callback: () => void): void
  /** What the browser does for a tab: at a step of its own, and the tab hears of it at another one. */
  answer<Result>(label: string, work: () => Result): Promise<Result>
  /** Nothing enters until as many calls of `unpark`. */
  park(): void
  /** Lets in what has waited, in order, each at a step of its own, after `first`. */
  unpark(first?: () => void): void
  /** Nothing enters ever again: timers never fire, promises never settle. */
  close(): void
}

export function createTabGate(id: string, schedule: Schedule): TabGate {
  let isShut = false
  let parkings = 0
  let parked: (() => void)[] = []

  const gate: TabGate = {
    id,
    get shut() {
      return isShut
    },
    enter(callback) {
      if (isShut) return
      if (parkings) parked.push(callback)
      else callback()
    },
    answer: (label, work) =>
      new Promise((resolve, reject) => {
        if (isShut) return
        schedule(() => {
          if (isShut) return
          let settle: () => void
          try {
            const result = work()
            settle = () => resolve(result)
          } catch (error) {
            settle = () => reject(error)
          }
          schedule(() => gate.enter(settle), `${id} hears: ${label}`)
        }, `${id}: ${label}`)
      }),
    park: () => void parkings++,
    unpark(first) {
      parkings--
      if (parkings) return void (first && parked.push(first))
      first?.()
      const waiting = parked
      parked = []
      for (const callback of waiting) schedule(() => gate.enter(callback), `${id} catches up`)
    },
    close() {
      isShut = true
      parked = []
    },
  }
  return gate
}
