// The log of what reached the issuer, for tests that count requests and for a demo that shows them.
import type { Endpoint } from './endpoints.js'

export interface RequestEvent {
  endpoint: Endpoint
  method: string
  /** Without the query, which may hold secrets. */
  path: string
  /** The `Origin` header, if there was one. */
  origin?: string
  /** When the request arrived, in epoch milliseconds. */
  at: number
  /** When the answer was sent or the connection given up; missing while the request is under way. */
  endedAt?: number
  /** The HTTP status answered; missing if there was no answer. */
  status?: number
  /**
   * `pending`, then `ok` (`granted` at the token endpoint), an OAuth error code, `http-<status>`, or `fault` if a fault
   * kept the request from the provider.
   */
  result: string
  /** The fault that was applied, and whether before or after the provider had acted. */
  fault?: { kind: string; when: 'before' | 'after' }
  clientId?: string
  subject?: string
  /** The sign-in the request belongs to. All refresh tokens that follow from one sign-in share it. */
  familyId?: string
}

export interface TokenRequestEvent extends RequestEvent {
  endpoint: 'token'
  grantType: string
  /** Which refresh token of its family was sent: 1 for the one from the sign-in. Missing for other grants. */
  refreshTokenGeneration?: number
  /** Which refresh token of its family was given. */
  newRefreshTokenGeneration?: number
  /** Whether a used refresh token was sent: accepted within the grace, or detected (the family is revoked). */
  reuse: 'none' | 'within-grace' | 'detected'
  resource?: string[]
  scope?: string
  /** Whether the request carried a DPoP proof. */
  dpop: boolean
}

export type IssuerEvent = RequestEvent | TokenRequestEvent

export interface RequestCounters {
  /** Requests per endpoint, CORS preflights not counted. */
  requests: Partial<Record<Endpoint, number>>
  refreshGrants: number
  codeGrants: number
  /** Token requests answered with an OAuth error. */
  refusals: number
  reuseDetections: number
}

export interface RequestLog {
  readonly events: readonly IssuerEvent[]
  /** Writes a request down as it arrives. */
  begin(event: Omit<RequestEvent, 'at' | 'result'>): IssuerEvent
  /** Completes it and tells the listeners. */
  end(event: IssuerEvent): void
  counters(): RequestCounters
  clear(): void
  /** Calls back with each completed event. */
  onEvent(listener: (event: IssuerEvent) => void): () => void
}

export function isTokenRequest(event: IssuerEvent): event is TokenRequestEvent {
  return event.endpoint === 'token' && event.method === 'POST'
}

export function createRequestLog(): RequestLog {
  const events: IssuerEvent[] = []
  const listeners = new Set<(event: IssuerEvent) => void>()

  return {
    events,
    begin(fields) {
      const event: IssuerEvent = { ...fields, at: Date.now(), result: 'pending' }
      events.push(event)
      return event
    },
    end(event) {
      event.endedAt = Date.now()
      for (const listener of listeners) listener(event)
    },
    counters: () => countersOf(events),
    clear: () => void events.splice(0),
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function countersOf(events: readonly IssuerEvent[]): RequestCounters {
  const requests: RequestCounters['requests'] = {}
  for (const { endpoint, method } of events) {
    if (method !== 'OPTIONS') requests[endpoint] = (requests[endpoint] ?? 0) + 1
  }
  const tokenRequests = events.filter(isTokenRequest)
  const granted = tokenRequests.filter(({ result }) => result === 'granted')
  return {
    requests,
    refreshGrants: granted.filter(({ grantType }) => grantType === 'refresh_token').length,
    codeGrants: granted.filter(({ grantType }) => grantType === 'authorization_code').length,
    refusals: tokenRequests.filter(({ result }) => isRefusal(result)).length,
    reuseDetections: tokenRequests.filter(({ reuse }) => reuse === 'detected').length,
  }
}

function isRefusal(result: string): boolean {
  return !['pending', 'granted', 'fault'].includes(result)
}
