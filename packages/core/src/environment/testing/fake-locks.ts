import type { Schedule, TabGate } from './tab-gate.js'

/** The lock manager of a simulated browser: exclusive locks, first come first served (https://w3c.github.io/web-locks/). */
export interface FakeLocks {
  /** A tab's `navigator.locks`. */
  managerOf(gate: TabGate): LockManager
  /** Releases what the tab holds and forgets what it waits for. */
  leave(gate: TabGate): void
  /** The names that are held now, and by which tab. */
  held(): { name: string; tab: string }[]
  /** Whether the tab holds a lock or waits for one. */
  concerns(gate: TabGate): boolean
}

export function createFakeLocks(schedule: Schedule): FakeLocks {
  const held = new Map<string, Request>()
  let waiting: Request[] = []

  /** The grant is the browser's, so also a frozen tab gets the lock; its callback runs when it can. */
  function grant(name: string): void {
    const next = waiting.find((request) => request.name === name)
    if (!next || held.has(name)) return
    forget(next)
    held.set(name, next)
    schedule(() => next.gate.enter(next.start), `${next.gate.id} gets lock ${name}`)
  }

  function forget(request: Request): void {
    waiting = waiting.filter((other) => other !== request)
  }

  function release(request: Request): void {
    if (held.get(request.name) !== request) return
    held.delete(request.name)
    grant(request.name)
  }

  function ask(
    gate: TabGate,
    name: string,
    options: LockOptions,
    work: LockGrantedCallback<unknown>,
  ): Promise<unknown> {
    const { signal, ...unknownOptions } = options
    if (Object.keys(unknownOptions).length) throw new Error('Only `signal` is simulated.')
    return new Promise((resolve, reject) => {
      if (gate.shut) return
      if (signal?.aborted) return reject(signal.reason)
      const abort = () => {
        forget(request)
        reject(signal?.reason)
      }
      const request: Request = {
        name,
        gate,
        start() {
          // Aborted between the grant and now: the work does not begin (and a frozen tab has held the lock till now).
          if (signal?.aborted) return release(request)
          signal?.removeEventListener('abort', abort)
          new Promise((done) => done(work({ name, mode: 'exclusive' })))
            .finally(() => release(request))
            .then(resolve, reject)
        },
      }
      signal?.addEventListener('abort', abort)
      waiting.push(request)
      grant(name)
    })
  }

  return {
    managerOf: (gate) =>
      ({
        request: (
          name: string,
          ...rest: [LockGrantedCallback<unknown>] | [LockOptions, LockGrantedCallback<unknown>]
        ) => (rest.length === 1 ? ask(gate, name, {}, ...rest) : ask(gate, name, ...rest)),
        query: () =>
          gate.answer('query locks', () => ({
            held: [...held.values()].map(info),
            pending: waiting.map(info),
          })),
      }) as LockManager,
    leave(gate) {
      waiting = waiting.filter((request) => request.gate !== gate)
      for (const request of held.values()) if (request.gate === gate) release(request)
    },
    held: () => [...held.values()].map(({ name, gate }) => ({ name, tab: gate.id })),
    concerns: (gate) => [...held.values(), ...waiting].some((request) => request.gate === gate),
  }
}

interface Request {
  readonly name: string
  readonly gate: TabGate
  start(): void
}

function info({ name, gate }: Request): LockInfo {
  return { name, mode: 'exclusive', clientId: gate.id }
}
