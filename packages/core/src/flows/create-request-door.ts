/** What requests may ask of a client: tokens, places in the queue, and whether it is still the same person. */
import type { AuthClientOptions } from '../auth-client.js'
import { RefreshPostponedError, SignInFailedError } from '../errors.js'
import { createPathMemory } from '../session/path-memory.js'
import type { RequestDoor } from '../session/request-door.js'
import type { ClientContext } from './client-context.js'
import { obtainToken } from './refresh-access-token.js'

const defaultMaxLength = 1000
const defaultMaxWaitMs = 30_000
const parkedMaxWaitMs = 600_000

/** @param signingIn - The sign-in under way in this page, if there is one. */
export function createRequestDoor<User>(
  context: ClientContext<User>,
  signingIn: () => Promise<void> | undefined,
): RequestDoor {
  const { memory, environment, resources, options } = context
  const { clock, page } = environment
  const nonces = new Map<string, string>()
  const hinted = new Set<string>()
  let waiting = 0
  /** Survives the sign-out: a request begun after it still belongs to that person. */
  let lastPerson: string | undefined

  function person(): string | undefined {
    const { record } = memory
    if (record?.state === 'signed-in')
      lastPerson = `${record.issuer} ${record.subject || record.sessionId}`
    return lastPerson
  }

  return {
    baseUrl: () => page.baseUrl(),
    now: () => clock.now(),
    resources,
    replay: options.replay ?? 'all',
    heldToken(key) {
      const token = memory.verified ? memory.token(key) : undefined
      return token && memory.isFresh(token) ? token : undefined
    },
    obtainToken: (wish, signal) => obtainToken(context, wish, signal),
    pin: person,
    isPinned: (pin) =>
      pin === undefined || memory.record?.state !== 'signed-in' || pin === person(),
    isSignedOut: () => memory.state.status === 'signed-out',
    enterQueue(outer) {
      const { maxLength = defaultMaxLength, maxWaitMs = maxWaitOf(options) } = options.queue ?? {}
      if (waiting >= maxLength)
        throw new RefreshPostponedError(
          'queue-full',
          `${maxLength} requests are waiting already; this one was not sent.`,
        )
      waiting++
      const place = new AbortController()
      const abort = () => place.abort(outer?.reason)
      if (outer?.aborted) abort()
      outer?.addEventListener('abort', abort)
      const cancel = clock.setTimer(
        () =>
          place.abort(
            new RefreshPostponedError(
              'queue-wait',
              `Waited ${maxWaitMs} ms; this request was not sent.`,
            ),
          ),
        maxWaitMs,
      )
      return {
        signal: place.signal,
        leave() {
          waiting--
          cancel()
          outer?.removeEventListener('abort', abort)
        },
      }
    },
    untilSignedIn(error, signal) {
      const { state } = memory
      if (
        !options.parkUntilSignedIn ||
        state.status !== 'signed-out' ||
        state.reason !== 'session-ended'
      )
        return Promise.reject(error as Error)
      return new Promise((resolve, reject) => {
        const settle = (run: () => void) => {
          stop()
          signal?.removeEventListener('abort', abort)
          run()
        }
        const abort = () => settle(() => reject(signal?.reason as Error))
        const stop = memory.subscribe(() => {
          const now = memory.state
          if (now.status === 'signed-in') settle(resolve)
          // a refusal ends the wait; a popup the browser blocked was none
          else if (
            now.status === 'signed-out' &&
            now.error instanceof SignInFailedError &&
            now.error.code !== 'popup-blocked'
          )
            settle(() => reject(now.error as Error))
        })
        signal?.addEventListener('abort', abort)
      })
    },
    async stepUp(demand) {
      memory.emit('step-up-required', demand)
      const started = signingIn()
      return started
        ? started.then(
            () => true,
            () => false,
          )
        : false
    },
    authorize(token, { method, url }) {
      if (token.type === 'Bearer') return { authorization: `Bearer ${token.value}` }
      const key = memory.record?.dpopKey
      return context.loadProtocol().then(async (protocol) => ({
        authorization: `DPoP ${token.value}`,
        dpop: key
          ? await protocol.proof({
              key,
              method,
              url: url.href,
              accessToken: token.value,
              nonce: nonces.get(url.origin),
            })
          : '',
      }))
    },
    learnNonce(origin, nonce) {
      if (!nonce || nonces.get(origin) === nonce) return false
      nonces.set(origin, nonce)
      return true
    },
    paths: createPathMemory(),
    hint(message) {
      if (hinted.has(message)) return
      hinted.add(message)
      options.logger?.debug?.(message)
    },
  }
}

function maxWaitOf(options: AuthClientOptions<unknown>): number {
  return options.parkUntilSignedIn ? parkedMaxWaitMs : defaultMaxWaitMs
}
