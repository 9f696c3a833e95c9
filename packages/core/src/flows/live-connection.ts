/** A connection that outlives its token: a WebSocket, an EventSource, a fetch stream. Made anew with a fresh one for as long as the user is here. */
import { requestDoor, type AuthClient } from '../auth-client.js'
import { browserClock } from '../environment/browser-clock.js'
import { browserNetwork, type Network } from '../environment/browser-network.js'
import type { Clock } from '../environment/environment.js'
import { setAlarm } from '../environment/long-timer.js'
import { RefreshPostponedError } from '../errors.js'
import { expiresAt } from '../session/freshness.js'
import { refreshDueAt } from '../session/refresh-due.js'
import { findResource, tokenKey } from '../session/resource.js'
import { untilAborted } from './until-aborted.js'

/** One connection, and what it needs of the client. */
export interface LiveConnection {
  /** A fresh access token. Send it in a header or in a message: a URL ends up in logs. */
  readonly token: string
  /** Fires when the connection must end: it was closed, the user is gone, or a newer token came that nobody listens for. Close it then. */
  readonly signal: AbortSignal
  /**
   * Hears each newer token, well before the old one expires: send it to the server. Without a listener the connection ends when a newer
   * token comes, and is made anew with that.
   */
  onToken(listener: (token: string) => void): void
  /** Says that the server refused the token: the next connection gets another one. Close this one then. */
  refuseToken(): void
}

export interface LiveConnectionOptions {
  /** Makes one connection. The promise settles when it is over, in whatever way; then the next one is made. */
  connect(connection: LiveConnection): Promise<unknown>
  /** Name of a configured resource. Default: the token of the sign-in. */
  readonly resource?: string
  /** Scopes the token must have, separated by spaces. Default: the resource's. */
  readonly scope?: string
  /** The longest pause between two tries, in ms. Default 30 000. */
  readonly maxPauseMs?: number
  /** Hears why a connection ended or was not made, before each pause. `error`: what `connect` or the client rejected with, if anything. */
  onPause?(pause: { readonly pauseMs: number; readonly error: unknown }): void
}

/** Why no further connection is made. */
export type LiveConnectionEnd = 'closed' | 'signed-out' | 'session-changed'

export interface KeptConnection {
  /** Ends it for good. */
  close(): void
  /** Resolves when no further connection is made; never rejects. */
  readonly ended: Promise<LiveConnectionEnd>
}

/** What it needs of its host. */
export interface LiveConnectionHost {
  readonly clock: Clock
  readonly network: Network
  /** In [0, 1). */
  random(): number
}

/** How long a connection has to live to count as one that worked. */
const steadyMs = 10_000
const shortestPauseMs = 1000
const renewalPauseMs = 5000
/** A token that would have to be replaced at once makes no connection. */
const minValidityMs = 60_000

/**
 * Keeps a connection open: calls `connect` with a fresh token, and again whenever the connection is over, after a pause that grows and is
 * jittered. Waits while nobody is signed in or the browser is offline. Ends for good on a sign-out, or when another user signs in.
 *
 * @throws {ConfigurationError} No resource has that name.
 */
export function keepConnected(
  auth: AuthClient<unknown>,
  options: LiveConnectionOptions,
): KeptConnection {
  return holdConnection(auth, options, {
    clock: browserClock(globalThis),
    network: browserNetwork(globalThis),
    random: Math.random,
  })
}

/** {@link keepConnected} on any host. */
export function holdConnection(
  auth: AuthClient<unknown>,
  options: LiveConnectionOptions,
  { clock, network, random }: LiveConnectionHost,
): KeptConnection {
  const door = auth[requestDoor]
  const { resource, maxPauseMs = 30_000 } = options
  const named = resource === undefined ? undefined : findResource(door.resources, resource)
  const scope = options.scope ?? named?.scope
  const key = tokenKey(named?.resource, scope)
  const wish = {
    ...(resource !== undefined && { resource }),
    ...(scope !== undefined && { scope }),
  }
  const over = new AbortController()
  let person: string | undefined
  let refused: string | undefined
  /** A new token was refused as well: another one would not help, until a connection has worked. */
  let isHopeless = false
  let endOne = () => {}
  let finish: (end: LiveConnectionEnd) => void
  const ended = new Promise<LiveConnectionEnd>((resolve) => (finish = resolve))

  function end(why: LiveConnectionEnd): void {
    unwatch()
    over.abort()
    endOne()
    finish(why)
  }

  function watchUser(): void {
    const { state } = auth
    if (state.status === 'signed-in') {
      person ??= door.pin()
      if (!door.isPinned(person)) end('session-changed')
    } else if (state.status === 'signed-out' && person !== undefined) {
      // after the end of a session the same user may come back; after a sign-out nobody waits for them
      if (state.reason === 'session-ended') endOne()
      else end('signed-out')
    }
  }

  /** Resolves when the first of these calls back, or all is over. None may call back at once. */
  function until(...starts: ((done: () => void) => () => void)[]): Promise<void> {
    return new Promise((resolve) => {
      const undos = [() => over.signal.removeEventListener('abort', done)]
      function done(): void {
        for (const undo of undos.splice(0)) undo()
        resolve()
      }
      over.signal.addEventListener('abort', done)
      for (const start of starts) undos.push(start(done))
      if (over.signal.aborted) done()
    })
  }

  async function run(): Promise<void> {
    for (let failures = 0; !over.signal.aborted;) {
      while (auth.state.status !== 'signed-in' && !over.signal.aborted)
        await until((done) => auth.subscribe(done))
      while (!network.isOnline() && !over.signal.aborted)
        await until((done) => network.onOnline(done))
      const startedAt = clock.monotonic()
      const asked = isHopeless ? undefined : refused
      let token: string | undefined
      let error: unknown
      let mayGoOn = false
      try {
        token = await auth.getAccessToken({
          ...wish,
          minValidityMs,
          signal: over.signal,
          ...(asked !== undefined && { refused: asked }),
        })
        mayGoOn = await connectOnce(token)
      } catch (reason) {
        error = reason
      }
      const isSteady = clock.monotonic() - startedAt >= steadyMs
      isHopeless = !isSteady && (isHopeless || (asked !== undefined && refused === token))
      if (mayGoOn || over.signal.aborted) continue
      failures = isSteady ? 0 : failures + 1
      const longestMs = Math.min(maxPauseMs, shortestPauseMs * 2 ** Math.min(failures, 20))
      const pauseMs = Math.max(retryAfterMsOf(error), longestMs * (0.5 + random() / 2))
      hear(() => options.onPause?.({ pauseMs, error }))
      await until(
        (done) => clock.setTimer(done, pauseMs),
        (done) => network.onOnline(done),
      )
    }
  }

  /** Resolves with whether it was ended from here, for a newer token or a user who may come back. */
  async function connectOnce(token: string): Promise<boolean> {
    const one = new AbortController()
    let current = token
    let tell: ((token: string) => void) | undefined
    let disarm = () => {}
    endOne = () => one.abort()

    function lookForNewer(): void {
      const held = door.heldToken(key)
      if (!held || held.value === current || one.signal.aborted) return
      current = held.value
      arm()
      if (tell) hear(() => tell?.(current))
      else one.abort()
    }

    function arm(notBefore = 0): void {
      disarm()
      const held = door.heldToken(key)
      const due = held ? refreshDueAt(held, random()) : clock.now() + renewalPauseMs
      if (due < Infinity) disarm = setAlarm(clock, Math.max(due, notBefore), () => void renew())
    }

    async function renew(): Promise<void> {
      const before = current
      const held = door.heldToken(key)
      const leftMs = held ? Math.max(0, expiresAt(held) - clock.now()) : 0
      let asksMs = 0
      try {
        // what is held now is not valid for so long: a newer one
        await auth.getAccessToken({ ...wish, minValidityMs: leftMs + 1, signal: one.signal })
        lookForNewer()
      } catch (error) {
        asksMs = retryAfterMsOf(error)
      }
      // a newer one has been told, and the alarm set for it
      if (current === before && !one.signal.aborted)
        arm(clock.now() + Math.max(asksMs, renewalPauseMs))
    }

    const stop = auth.on('token-refreshed', lookForNewer)
    arm()
    try {
      const connection = options.connect({
        token,
        signal: one.signal,
        onToken(listener) {
          tell = listener
          lookForNewer()
        },
        refuseToken() {
          refused = current
        },
      })
      // a closing handshake may take its time
      await untilAborted(connection, one.signal)
      return one.signal.aborted
    } catch (error) {
      if (one.signal.aborted) return true
      throw error
    } finally {
      stop()
      disarm()
      endOne = () => {}
      one.abort()
    }
  }

  const unwatch = auth.subscribe(watchUser)
  watchUser()
  void run()
  return { close: () => end('closed'), ended }
}

function retryAfterMsOf(error: unknown): number {
  return error instanceof RefreshPostponedError ? (error.retryAfterMs ?? 0) : 0
}

/** What an app's callback throws must surface, and must not break ours. */
function hear(callback: () => void): void {
  try {
    callback()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
