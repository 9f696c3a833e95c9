// What a page of a contender offers to the measures, which drive it from outside.
import type { PageSettings } from '../contenders/session-contender.js'

export interface SessionPage {
  /** From the first line of the app to the session's verdict, and on to the token, in ms. */
  opened: Promise<{ signedIn: boolean; openMs: number; tokenMs: number }>
  signIn(): void
  token(): Promise<string>
  /** Asks for another token than the one held, at that moment (epoch ms, the machine's clock). */
  tokenAfterRefusalAt(at: number, kind: 'refused' | 'expired'): Promise<TabOutcome>
  /** Nanoseconds per call of `token()`. */
  timeCachedToken(durationMs: number): Promise<number>
}

export interface TabOutcome {
  /** The first letters of what came out: enough to compare, too few to use. */
  token?: string
  error?: string
  ms: number
}

export interface StormOutcome {
  ms: number
  /** How the requests ended: an HTTP status, an error, counted. */
  counts: Record<string, number>
}

export interface RequestPage {
  ready: Promise<void>
  /** Requests at once. With `refreshMs` the bare contender refreshes by hand between two halves. */
  storm(path: string, count: number): Promise<StormOutcome>
  /** The least a storm can take: the same requests without any interceptor. */
  limit(path: string, count: number, kind: StormKind): Promise<StormOutcome>
  /** Alternates between the bare transport and the contender's; one ratio per pair. */
  pairs(options: PairOptions): Promise<PairOutcome>
  /** One block of requests by the contender alone, in ms. */
  block(path: string, requests: number, atOnce: number): Promise<number>
}

export type StormKind = 'revoked' | 'expired' | 'late' | 'refused'

export interface PairOptions {
  path: string
  pairs: number
  requestsPerBlock: number
  /** How many are under way at once. */
  atOnce: number
  /** `stub`: nothing is sent, so that only the cost of the code is left. */
  transport: 'network' | 'stub'
}

export interface PairOutcome {
  ratios: number[]
  /** Per request, in µs. */
  bareMicroseconds: number[]
  microseconds: number[]
}

declare global {
  interface Window {
    settings: PageSettings
    session: SessionPage
    requests: RequestPage
    /** Moves the wall clock of this page, where a measure installed it: at that moment of the machine's clock, else at once. */
    shiftClock(ms: number, at?: number): void
    /** The machine's clock, whatever the page believes. */
    machineNow?(): number
  }
}
