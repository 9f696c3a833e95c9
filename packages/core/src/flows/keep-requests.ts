/** What waiting and refused requests may ask of a client. */
import { wait } from '../environment/long-timer.js'
import { RefreshPostponedError, SignInFailedError } from '../errors.js'
import type { RequestKeeper, StepUpDemand } from '../session/request-door.js'
import type { ClientContext } from './client-context.js'
import { obtainToken } from './refresh-access-token.js'
import { untilAborted } from './until-aborted.js'

const defaultMaxLength = 1000
const defaultMaxWaitMs = 30_000
/** A person is waited for, not a server. */
const userMaxWaitMs = 600_000
/** A timer longer than 2^31 ms fires at once. */
const longestWaitMs = 3_600_000
const kept = 100

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
  const stepUps = new Map<string, Promise<boolean>>()
  let waiting = 0

  /** One question to the app for all requests with the same demand. */
  async function askForStepUp(demand: StepUpDemand): Promise<boolean> {
    const works: Promise<boolean>[] = []
    const waitUntil = (work: Promise<unknown>) => {
      const isDone = Promise.resolve(work).then(
        () => true,
        () => false,
      )
      works.push(isDone)
    }
    memory.emit('step-up-required', { ...demand, waitUntil })
    // a sign-in called in the listener reaches us a moment later
    await wait(clock, 0)
    const started = signingIn()
    if (started) waitUntil(started)
    return works.length > 0 && (await Promise.all(works)).every(Boolean)
  }

  // loaded ahead of need: a redeployed site cannot take it away later
  import('./recover-request.js').catch(() => {})

  return {
    replay: options.replay ?? 'all',
    now: () => clock.now(),
    async isSignedOut(signal) {
      await untilAborted(context.restored, signal)
      return memory.state.status === 'signed-out'
    },
    obtainToken: (wish, signal) => obtainToken(context, wish, signal),
    enterQueue(outer, isForUser = options.parkUntilSignedIn) {
      const {
        maxLength = defaultMaxLength,
        maxWaitMs = isForUser ? userMaxWaitMs : defaultMaxWaitMs,
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
              `Waited ${maxWaitMs} ms in vain; this request was not sent (again).`,
            ),
          ),
        Math.min(maxWaitMs, longestWaitMs),
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
    untilSignedIn: async (error, signal) => untilSignedIn(context, error, signal),
    stepUp(demand, signal) {
      const name = JSON.stringify(demand)
      let asking = stepUps.get(name)
      if (!asking) {
        asking = askForStepUp(demand).finally(() => stepUps.delete(name))
        stepUps.set(name, asking)
      }
      return untilAborted(asking, signal)
    },
    async prove(token, method, url) {
      const protocol = await context.loadProtocol()
      const key = memory.record?.dpopKey
      const authorization = `DPoP ${token.value}`
      if (!key) return { authorization }
      const nonce = nonces.get(url.origin)
      const input = { key, method, url: url.href, accessToken: token.value, nonce }
      try {
        return { authorization, dpop: await protocol.proof(input) }
      } catch (error) {
        // a refresh finds the same, and ends the session in all tabs
        await obtainToken(context, { key: '', forceRefresh: true }, undefined)
        throw error
      }
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
      if (refusals.size > kept && oldest !== undefined) refusals.delete(oldest)
    },
    hasRefused: (path, token) => refusals.get(path) === token,
    hint(message) {
      if (hints.has(message)) return
      if (hints.size >= kept) hints.clear()
      hints.add(message)
      options.logger?.debug?.(message)
    },
  }
}

/** After the end of a session, where the app wants requests to wait for the user; a sign-out is no such end. */
function untilSignedIn<User>(
  { memory, options }: ClientContext<User>,
  error: Error,
  signal: AbortSignal,
): Promise<void> {
  const { state } = memory
  const isEnded = state.status === 'signed-out' && state.reason === 'session-ended'
  if (!options.parkUntilSignedIn || (state.status === 'signed-out' && !isEnded)) throw error
  // somebody has signed in between the end and now
  if (state.status === 'signed-in') return Promise.resolve()
  let stop = () => {}
  const signedIn = new Promise<void>((resolve, reject) => {
    stop = memory.subscribe(() => {
      const now = memory.state
      if (now.status === 'signed-in') resolve()
      if (now.status !== 'signed-out') return
      const refusal = now.error instanceof SignInFailedError ? now.error : undefined
      // a refusal ends the wait, and so does a sign-out; a popup the browser blocked was neither
      if (refusal && refusal.code !== 'popup-blocked') reject(refusal)
      else if (now.reason !== 'session-ended') reject(error)
    })
  })
  return untilAborted(signedIn, signal).finally(stop)
}
