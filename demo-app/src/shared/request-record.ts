// How a request is told as a picture: phases on a time line, and how it ended.

export interface Phase {
  /** `sent`: on the network; `parked`: waiting for a token. */
  readonly kind: 'sent' | 'parked'
  /** Ms since the page was opened. */
  readonly from: number
  readonly to?: number
  /** What the API answered to this sending. */
  readonly status?: number
  /** Of the access token it carried. */
  readonly fingerprint?: string
}

export type Outcome =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly code: string }

export interface RequestRecord {
  /** Also its `X-Request-Id`. */
  readonly id: string
  readonly label: string
  /** Ms since the page was opened. */
  readonly from: number
  readonly to?: number
  readonly phases: readonly Phase[]
  readonly outcome?: Outcome
}

/** Requests that one click started together. */
export interface Batch {
  readonly id: string
  readonly title: string
  readonly requests: readonly RequestRecord[]
}

export interface Counters {
  readonly requests: number
  readonly parked: number
  readonly replayed: number
  readonly answered: number
  readonly failed: number
  /** Parked at this moment. */
  readonly waiting: number
}

export function isOpen({ requests }: Batch): boolean {
  return requests.some(({ to }) => to === undefined)
}

export function countRequests(requests: readonly RequestRecord[]): Counters {
  const count = (test: (request: RequestRecord) => boolean) => requests.filter(test).length
  return {
    requests: requests.length,
    parked: count(({ phases }) => phases.some(({ kind }) => kind === 'parked')),
    replayed: count(({ phases }) => phases.filter(({ kind }) => kind === 'sent').length > 1),
    answered: count(({ outcome }) => outcome?.kind === 'answered'),
    failed: count(({ outcome }) => outcome?.kind === 'failed'),
    waiting: count(({ to, phases }) => to === undefined && phases.at(-1)?.kind === 'parked'),
  }
}
