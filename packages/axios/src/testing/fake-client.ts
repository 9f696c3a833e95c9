/** A client whose tokens, refreshes and person the test decides; the request path itself is core's own. */
import type { AuthClient, ResourceOptions } from '@latchkey/core'
import { requestDoor } from '../../../core/src/auth-client.js'
import {
  RefreshPostponedError,
  SessionEndedError,
  SignInRequiredError,
} from '../../../core/src/errors.js'
import type { RequestDoor, RequestKeeper } from '../../../core/src/session/request-door.js'
import { resolveResource } from '../../../core/src/session/resource.js'
import type { StoredAccessToken } from '../../../core/src/session/session-record.js'

export interface FakeClientOptions {
  readonly resources: readonly ResourceOptions[]
  readonly replay?: RequestKeeper['replay']
  readonly baseUrl?: string
  /** What the token endpoint does; it may throw an error of ours. Default: grants at once. */
  readonly refresh?: () => Promise<void>
  /** Reads the stored session. Default: it is known. */
  readonly restore?: () => Promise<void>
  readonly dpop?: boolean
  readonly maxQueue?: number
}

export interface FakeClient {
  readonly auth: AuthClient<unknown>
  /** Every token ever given out. */
  readonly tokens: readonly string[]
  /** The current one. */
  readonly token: string
  /** What the next refresh brings. */
  readonly nextToken: string
  readonly refreshes: number
  readonly hints: readonly string[]
  /** Requests in the queue now. */
  readonly waiting: number
  /** Who is here; `undefined` = nobody. */
  person: string | undefined
  /** From now on the token in memory is known to be too old to be sent. */
  expire(): void
}

let clients = 0

export function createFakeClient(options: FakeClientOptions): FakeClient {
  const baseUrl = options.baseUrl ?? 'http://app.test/'
  const resources = options.resources.map((resource) => resolveResource(resource, baseUrl))
  const id = ++clients
  const tokens: string[] = []
  const hints: string[] = []
  const nonces = new Map<string, string>()
  const refused = new Map<string, string>()
  let isFresh = true
  let flight: Promise<void> | undefined
  let person: string | undefined = 'ada'
  let waiting = 0
  let refreshes = 0
  let proofs = 0

  const nextToken = () => `canary-${id}-${tokens.length + 1}-${person}`
  const grant = () => {
    tokens.push(nextToken())
    isFresh = true
  }
  const current = (): StoredAccessToken => ({
    value: tokens.at(-1)!,
    type: options.dpop ? 'DPoP' : 'Bearer',
    scope: '',
    startedAt: 0,
    lifetime: 0,
    refusals: 0,
  })
  grant()

  const keeper: RequestKeeper = {
    replay: options.replay ?? 'all',
    now: () => 0,
    async isSignedOut() {
      await options.restore?.()
      return person === undefined
    },
    async obtainToken(wish, signal) {
      signal?.throwIfAborted()
      if (person === undefined) throw new SignInRequiredError()
      if (!isFresh || current().value === wish.refused) {
        flight ??= (async () => {
          refreshes++
          try {
            await options.refresh?.()
            grant()
          } catch (error) {
            if (error instanceof SessionEndedError) person = undefined
            throw error
          } finally {
            flight = undefined
          }
        })()
        flight.catch(() => {})
        await untilSettledOrAborted(flight, signal)
      }
      return current()
    },
    enterQueue(outer) {
      if (waiting >= (options.maxQueue ?? Infinity))
        throw new RefreshPostponedError('queue-full', 'too many are waiting')
      waiting++
      return { signal: outer ?? new AbortController().signal, leave: () => waiting-- }
    },
    async untilSignedIn(reason) {
      throw reason
    },
    stepUp: async () => false,
    prove: async (token, method, url) => ({
      authorization: `DPoP ${token.value}`,
      dpop: `proof-${id}-${++proofs} ${method} ${url.origin}${url.pathname} ${nonces.get(url.origin) ?? ''}`,
    }),
    learnNonce(origin, nonce) {
      if (!nonce || nonces.get(origin) === nonce) return false
      nonces.set(origin, nonce)
      return true
    },
    hint: (message) => hints.push(message),
    refuse: (path, token) => refused.set(path, token),
    hasRefused: (path, token) => refused.get(path) === token,
  }
  const door: RequestDoor = {
    resources,
    baseUrl: () => baseUrl,
    heldToken: () => (person !== undefined && isFresh ? current() : undefined),
    pin: () => person,
    isPinned: (pin) => pin === undefined || person === undefined || pin === person,
    goodPaths: new Set(),
    requests: async () => keeper,
  }
  return {
    auth: { [requestDoor]: door } as AuthClient<unknown>,
    tokens,
    hints,
    get token() {
      return current().value
    },
    get nextToken() {
      return nextToken()
    },
    get refreshes() {
      return refreshes
    },
    get waiting() {
      return waiting
    },
    get person() {
      return person
    },
    set person(next) {
      person = next
      if (next !== undefined) grant()
    },
    expire() {
      isFresh = false
    },
  }
}

function untilSettledOrAborted(
  flight: Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!signal) return flight
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', abort)
    flight.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
