// What reached the API, for the live picture and for tests.

export interface LoggedRequest {
  /** The request's `X-Request-Id`, given by the page; the replay of a request has the same one. */
  readonly id: string | undefined
  readonly method: string
  readonly path: string
  /** Of the access token; `undefined` = the request carried none. */
  readonly fingerprint: string | undefined
  readonly status: number
  /** When it arrived, in epoch ms. */
  readonly at: number
  /** From arrival to answer, in ms. */
  readonly durationMs: number
}

export interface RequestLog {
  /** The last two thousand, oldest first. */
  readonly entries: readonly LoggedRequest[]
  add(entry: LoggedRequest): void
  clear(): void
}

const capacity = 2000

export function createRequestLog(): RequestLog {
  const entries: LoggedRequest[] = []
  return {
    entries,
    add(entry) {
      entries.push(entry)
      if (entries.length > capacity) entries.shift()
    },
    clear: () => void entries.splice(0),
  }
}
