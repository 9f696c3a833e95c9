/** The pending authorization requests of a client: one record, keyed by `state`, single use, bounded in number and age (PROTOCOL rule 26). */
import type { Decision } from '../environment/environment.js'
import type { SignInFailureCode } from '../errors.js'
import type { PendingRequest } from '../protocol/protocol.js'
import { isObject } from './session-record.js'

export const pendingLifeMs = 600_000
const most = 20

/** As stored: with a name for the attempt that may cross windows, unlike `state`. */
export interface StoredRequest extends PendingRequest {
  readonly attempt: string
}

/** What is left of a request that was taken: enough to know it again, and how it ended. */
export interface ConsumedRequest {
  readonly attempt: string
  readonly createdAt: number
  readonly consumed: true
  /** Set when it is over. */
  readonly outcome?: 'signed-in' | SignInFailureCode
}

export type TakenRequest =
  | { readonly kind: 'taken'; readonly request: StoredRequest }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'used' }
  | { readonly kind: 'expired' }

type Requests = Record<string, StoredRequest | ConsumedRequest>

/** Adds a request; what is too old, or beyond twenty, goes. */
export function addRequest(stored: unknown, request: StoredRequest, now: number): Decision<void> {
  const rest = alive(stored, now)
    .sort(([, one], [, other]) => other.createdAt - one.createdAt)
    .slice(0, most - 1)
  return { put: Object.fromEntries([[request.state, request], ...rest]), result: undefined }
}

/** Takes the request of this state out, once. Another state's request is never touched. */
export function takeRequest(stored: unknown, state: string, now: number): Decision<TakenRequest> {
  const entry = entries(stored).find(([key]) => key === state)?.[1]
  if (!entry) return { result: { kind: 'unknown' } }
  if ('consumed' in entry) return { result: { kind: 'used' } }
  const isExpired = !(Math.abs(now - entry.createdAt) < pendingLifeMs)
  const { attempt, createdAt } = entry
  const rest = alive(stored, now).filter(([key]) => key !== state)
  return {
    put: Object.fromEntries([...rest, [state, { attempt, createdAt, consumed: true }]]),
    result: isExpired ? { kind: 'expired' } : { kind: 'taken', request: entry },
  }
}

/** Writes down how an attempt ended, for the window that waits for it. */
export function finishRequest(
  stored: unknown,
  attempt: string,
  outcome: NonNullable<ConsumedRequest['outcome']>,
): Decision<void> {
  const requests: Requests = Object.fromEntries(entries(stored))
  for (const [state, entry] of Object.entries(requests))
    if (entry.attempt === attempt && 'consumed' in entry) {
      requests[state] = { ...entry, outcome }
      return { put: requests, result: undefined }
    }
  return { result: undefined }
}

export function outcomeOf(stored: unknown, attempt: string): ConsumedRequest['outcome'] {
  const entry = entries(stored).find(([, { attempt: name }]) => name === attempt)?.[1]
  return entry && 'consumed' in entry ? entry.outcome : undefined
}

function alive(stored: unknown, now: number) {
  return entries(stored).filter(([, { createdAt }]) => Math.abs(now - createdAt) < pendingLifeMs)
}

/** Malformed entries are dropped, not thrown at anybody. */
function entries(stored: unknown): [string, StoredRequest | ConsumedRequest][] {
  return Object.entries(isObject(stored) ? stored : {}).filter(
    (pair): pair is [string, StoredRequest | ConsumedRequest] => {
      const entry = pair[1]
      return (
        isObject(entry) &&
        typeof entry['attempt'] === 'string' &&
        typeof entry['createdAt'] === 'number' &&
        (entry['consumed'] === true ||
          (['state', 'nonce', 'codeVerifier', 'redirectUri', 'issuer', 'clientId', 'scope'].every(
            (key) => typeof entry[key] === 'string',
          ) &&
            entry['state'] === pair[0]))
      )
    },
  )
}
