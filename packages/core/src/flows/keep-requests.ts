/** What waiting and refused requests may ask of a client. */
import { RefreshPostponedError, SignInFailedError } from '../errors.js'
import type { RequestKeeper } from '../session/request-door.js'
import type { ClientContext } from './client-context.js'
import { obtainToken } from './refresh-access-token.js'

const defaultMaxLength = 1000
const defaultMaxWaitMs = 30_000
const parkedMaxWaitMs = 600_000
const keptRefusals = 100

/** @param signingIn - The sign-in under way in this page, if there is one. */
export function keepRequests<User>(
  context: ClientContext<User>,
  signingIn: () => Promise<void> | undefined,
): RequestKeeper {
  const { memory, environment, options } = context
  const { clock } = environment
  const nonces = new Map<string, string>()
  const refusals = new Map<string, string>()
  const hints = new Set<string>()
  let waiting = 0

  return {
    replay: options.replay ?? 'all',
    now: () => clock.now(),
    async isSignedOut() {
      await context.restored
      return memory.state.status === 'signed-out'
    },
    obtainToken: (wish, signal) => obtainToken(context, wish, signal),
    enterQueue(outer) {
      const {
        maxLength = defaultMaxLength,
        maxWaitMs = options.parkUntilSignedIn ? parkedMaxWaitMs : defaultMaxWaitMs,
      } = options.queue ?? {}
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
              `Waited ${maxWaitMs} ms for a token; this request was not sent.`,
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
    untilSignedIn: (error, signal) => untilSignedIn(context, error, signal),
    async stepUp(demand) {
      memory.emit('step-up-required', demand)
      const started = signingIn()
      if (!started) return false
      return started.then(
        () => true,
        () => false,
      )
    },
    async prove(token, method, url) {
      const key = memory.record?.dpopKey
      const authorization = `DPoP ${token.value}`
      if (!key) return { authorization }
      const protocol = await context.loadProtocol()
      const nonce = nonces.get(url.origin)
      const dpop = await protocol.proof({
        key,
        method,
        url: url.href,
        accessToken: token.value,
        nonce,
      })
      return { authorization, dpop }
    },
    learnNonce(origin, nonce) {
      if (!nonce || nonces.get(origin) === nonce) return false
      nonces.set(origin, nonce)
      return true
    },
    refuse(path, token) {
      refusals.delete(path)
      refusals.set(path, token)
      const [oldest] = refusals.keys()
      if (refusals.size > keptRefusals && oldest !== undefined) refusals.delete(oldest)
    },
    hasRefused: (path, token) => refusals.get(path) === token,
    hint(message) {
      if (hints.has(message)) return
      hints.add(message)
      options.logger?.debug?.(message)
    },
  }
}

/** After the end of a session, where the app wants requests to wait for the user; a sign-out is no such end. */
function untilSignedIn<User>(
  { memory, options }: ClientContext<User>,
  error: Error,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { state } = memory
  const isParked =
    options.parkUntilSignedIn &&
    (state.status === 'signing-in' ||
      (state.status === 'signed-out' && state.reason === 'session-ended'))
  if (!isParked) return Promise.reject(error)
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
      ) {
        const refusal = now.error
        settle(() => reject(refusal))
      }
    })
    if (signal?.aborted) abort()
    else signal?.addEventListener('abort', abort)
  })
}
