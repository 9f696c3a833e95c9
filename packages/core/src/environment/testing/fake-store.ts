import { StorageError } from '../../errors.js'
import type { Clock, RecordStore } from '../environment.js'
import type { Schedule, TabGate } from './tab-gate.js'

/**
 * What may become of one try at an operation (an operation has two):
 * - `reject`: it fails at once and nothing happens.
 * - `hang`: it never answers and nothing happens; given up after 2 s.
 * - `land-unnoticed`: it happens, but never answers; given up after 2 s.
 * - `land-late`: given up after 2 s, it happens a second later all the same.
 * - `full`: a write fails at once, a read does not.
 */
export type StoreFault = 'reject' | 'hang' | 'land-unnoticed' | 'land-late' | 'full'

export interface StoreFaults {
  /** Spoils the next tries, after those that are already to be spoilt. `Infinity` = until `heal`. */
  fail(fault: StoreFault, tries?: number): void
  heal(): void
}

export interface StoreWrite {
  readonly key: string
  readonly before: unknown
  /** `undefined` = removed. */
  readonly after: unknown
  /** The tab's id; `undefined` = the test. */
  readonly tab: string | undefined
}

/** The one store of a simulated browser, seen from outside. Its faults are those of all tabs. */
export interface FakeStore extends StoreFaults {
  peek(key: string): unknown
  keys(): string[]
  /** Another writer, at once. `undefined` removes. */
  put(key: string, value: unknown): void
  /** The user clears the site's data. */
  clear(): void
  /** Hears of every write the moment it is durable: the place for invariants. Collect what is wrong; a throw would look like a fault of the store. */
  onWrite(listener: (write: StoreWrite) => void): () => void
  /** A tab's store, with faults of its own, which come before those of all tabs. */
  storeOf(gate: TabGate, clock: Clock): FakeTabStore
}

export interface FakeTabStore {
  readonly store: RecordStore
  /** One try at reading. */
  look(key: string): Promise<unknown>
  readonly faults: StoreFaults
}

const triesMs = 2000
const lateMs = 1000

export function createFakeStore(schedule: Schedule): FakeStore {
  const records = new Map<string, unknown>()
  const listeners = new Set<(write: StoreWrite) => void>()
  const shared = createFaults()

  const peek = (key: string) => structuredClone(records.get(key))

  function write(key: string, value: unknown, tab?: string): void {
    const before = peek(key)
    if (value === undefined) records.delete(key)
    else records.set(key, structuredClone(value))
    for (const listener of listeners) listener({ key, before, after: peek(key), tab })
  }

  function storeOf(gate: TabGate, clock: Clock): FakeTabStore {
    const own = createFaults()

    /** `happen` is the transaction: atomic, and in the tab if it runs the tab's code. */
    function attempt<Result>(label: string, inTab: boolean, happen: () => Result): Promise<Result> {
      const taken = own.take() ?? shared.take()
      const fault = taken === 'full' ? (inTab ? 'reject' : undefined) : taken
      return new Promise((resolve, reject) => {
        const step = (then: () => void, what: string) => schedule(then, `${gate.id} ${what}`)
        const land = () => (inTab ? gate.enter(run) : gate.shut || run())
        const run = () => {
          let settle: () => void
          try {
            const result = happen()
            settle = () => resolve(result)
          } catch (error) {
            settle = () => reject(error)
          }
          if (!fault) step(() => gate.enter(settle), `hears: ${label}`)
        }
        if (gate.shut) return
        if (fault === 'reject')
          return step(
            () => gate.enter(() => reject(new DOMException('simulated', 'UnknownError'))),
            `fails: ${label}`,
          )
        if (fault) clock.setTimer(() => reject(new Error('simulated: no answer')), triesMs)
        if (fault === 'land-late')
          clock.setTimer(() => step(land, `late: ${label}`), triesMs + lateMs)
        else if (fault !== 'hang') step(land, label)
      })
    }

    function operate<Result>(label: string, inTab: boolean, happen: () => Result): Promise<Result> {
      return attempt(label, inTab, happen)
        .catch(() => attempt(label, inTab, happen))
        .catch((error: unknown) => {
          throw new StorageError('simulated: storage failed twice', error)
        })
    }

    const store: RecordStore = {
      // The browser reads also for a frozen tab, which then hears something old.
      read: (key) => operate(`read ${key}`, false, () => peek(key)),
      async update(key, decide) {
        const decided = await operate(`update ${key}`, true, () => {
          let decision: ReturnType<typeof decide>
          try {
            decision = decide(peek(key))
          } catch (error) {
            return { error }
          }
          if (decision.remove) write(key, undefined, gate.id)
          else if (decision.put !== undefined) write(key, decision.put, gate.id)
          return { decision }
        })
        if ('error' in decided) throw decided.error
        return decided.decision.result
      },
      close() {},
    }
    return { store, look: (key) => attempt(`look at ${key}`, false, () => peek(key)), faults: own }
  }

  return {
    fail: shared.fail,
    heal: shared.heal,
    peek,
    keys: () => [...records.keys()],
    put: (key, value) => write(key, value),
    clear() {
      for (const key of records.keys()) write(key, undefined)
    },
    onWrite(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    storeOf,
  }
}

function createFaults(): StoreFaults & { take(): StoreFault | undefined } {
  let pending: { fault: StoreFault; tries: number }[] = []
  return {
    fail: (fault, tries = 1) => void pending.push({ fault, tries }),
    heal() {
      pending = []
    },
    take() {
      pending = pending.filter(({ tries }) => tries > 0)
      const [first] = pending
      if (first) first.tries--
      return first?.fault
    },
  }
}
