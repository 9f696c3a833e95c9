// The switchboard for faults: what goes wrong, at which endpoint, how often.
import type { Endpoint } from './endpoints.js'

export type FaultyEndpoint = Exclude<Endpoint, 'other'>

/** What goes wrong. */
export type FaultEffect =
  /** Nothing but `delayMs`. */
  | { kind: 'delay'; delayMs: number }
  /** A plain answer: 408, 425, 429, 500, 503, 504 ... */
  | {
      kind: 'status'
      status: number
      retryAfterSeconds?: number
      body?: string
      contentType?: string
      headers?: Record<string, string>
    }
  /** An HTML page, as from a gateway (502, the default), a firewall (403) or a captive portal (200). */
  | { kind: 'html'; status?: number }
  /** OAuth's own error JSON. Status default: 401 for `invalid_client`, else 400. */
  | { kind: 'oauth-error'; error: string; description?: string; status?: number }
  /** A 200 that says it is JSON and is not. */
  | { kind: 'not-json' }
  /** A 200 whose JSON has no access token. */
  | { kind: 'without-access-token' }
  /** An answer without CORS headers, which a page cannot read. */
  | { kind: 'no-cors' }
  /** The connection breaks without an answer. */
  | { kind: 'drop' }
  /** The connection breaks in the middle of the body of a 200. */
  | { kind: 'cut-body' }
  /** No answer, ever. */
  | { kind: 'hang' }
  /** The provider's JSON, changed. Only from code, always after the provider has acted. */
  | { kind: 'rewrite'; rewrite: (json: Record<string, unknown>) => unknown }
  /** The redirect back to the app, changed. Only from code, always after the provider has acted. */
  | { kind: 'redirect'; rewrite: (url: URL) => void }

export type Fault = FaultEffect & {
  /** Before the provider acts, so that nothing happens there, or after it has. Default: `before`. */
  when?: 'before' | 'after'
  /** Waits this long before the effect. */
  delayMs?: number
  /** How many requests it hits. Default: all, until it is cleared. */
  times?: number
  /** Hits only token requests with this `grant_type`. */
  grantType?: string
}

export interface FaultHandle {
  /** How many requests it has hit. */
  readonly hits: number
  clear(): void
}

export interface HoldOptions {
  /** Default: `before`. */
  when?: 'before' | 'after'
  /** Default: 1. */
  times?: number
  grantType?: string
}

export interface Hold {
  /** Resolves when the first request is there: acted upon already, if `when` is `after`. */
  arrived: Promise<void>
  /** Lets what is held go on, and holds nothing more. */
  release(): void
}

/** Of several faults at one endpoint the one added first hits, until it has hit `times` requests. */
export interface FaultSwitchboard {
  add(endpoint: FaultyEndpoint, fault: Fault): FaultHandle
  /** Stops requests until the test lets them go. */
  hold(endpoint: FaultyEndpoint, options?: HoldOptions): Hold
  /** Clears the faults of one endpoint, or all, and releases what is held there. */
  clear(endpoint?: FaultyEndpoint): void
}

/** A fault as a request meets it. */
export interface ActiveFault {
  fault: Fault | (HoldOptions & { kind: 'hold' })
  when: 'before' | 'after'
  /** Resolves when the effect is due: after the delay, or when a hold is released. */
  due(): Promise<void>
}

export interface Faults extends FaultSwitchboard {
  /** Finds the fault for a request, and counts the hit. */
  take(endpoint: Endpoint, grantType: string | undefined): ActiveFault | undefined
}

interface Entry extends ActiveFault {
  endpoint: FaultyEndpoint
  hits: number
  release(): void
}

export function createFaults(): Faults {
  let entries: Entry[] = []

  function remove(entry: Entry): void {
    entries = entries.filter((other) => other !== entry)
    entry.release()
  }

  return {
    add(endpoint, fault) {
      const waiting = createDelays()
      const entry: Entry = {
        endpoint,
        fault,
        when: isAlwaysAfter(fault) ? 'after' : (fault.when ?? 'before'),
        hits: 0,
        due: () => waiting.wait(fault.delayMs ?? 0),
        release: waiting.end,
      }
      entries.push(entry)
      return {
        get hits() {
          return entry.hits
        },
        clear: () => remove(entry),
      }
    },
    hold(endpoint, options = {}) {
      const arrived = createGate()
      const released = createGate()
      const entry: Entry = {
        endpoint,
        fault: { kind: 'hold', times: 1, ...options },
        when: options.when ?? 'before',
        hits: 0,
        due() {
          arrived.open()
          return released.opened
        },
        release: released.open,
      }
      entries.push(entry)
      return { arrived: arrived.opened, release: () => remove(entry) }
    },
    clear(endpoint) {
      for (const entry of entries) {
        if (endpoint === undefined || entry.endpoint === endpoint) remove(entry)
      }
    },
    take(endpoint, grantType) {
      const entry = entries.find((candidate) => hits(candidate, endpoint, grantType))
      if (entry) entry.hits += 1
      return entry
    },
  }
}

function hits(entry: Entry, endpoint: Endpoint, grantType: string | undefined): boolean {
  const { times = Infinity, grantType: wanted = grantType } = entry.fault
  return entry.endpoint === endpoint && entry.hits < times && wanted === grantType
}

function isAlwaysAfter({ kind }: Fault): boolean {
  return kind === 'rewrite' || kind === 'redirect'
}

function createGate(): { opened: Promise<void>; open: () => void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

/** Waits that can all be ended early. */
function createDelays(): { wait(ms: number): Promise<void>; end(): void } {
  const running = new Set<() => void>()
  return {
    wait(ms) {
      if (ms <= 0) return Promise.resolve()
      return new Promise((resolve) => {
        const finish = () => {
          clearTimeout(timer)
          running.delete(finish)
          resolve()
        }
        const timer = setTimeout(finish, ms)
        running.add(finish)
      })
    },
    end() {
      for (const finish of running) finish()
    },
  }
}
