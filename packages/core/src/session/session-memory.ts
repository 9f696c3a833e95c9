/** What this page knows: the last record it adopted, whether that may be trusted unread, the state, and who listens. */
import type { Clock } from '../environment/environment.js'
import type { AuthEventListener, AuthEvents, AuthEventType } from './event.js'
import { expiresAt, isFresh, type ClockedToken } from './freshness.js'
import type { SessionRecord, StoredAccessToken } from './session-record.js'
import { reduceSession, type SessionFact } from './session-reducer.js'
import type { AuthState } from './state.js'

export interface SessionMemory<User> {
  readonly state: AuthState<User>
  /** The record last adopted: a session or a tombstone. */
  readonly record: SessionRecord | undefined
  /** Whether the record may be used without reading the store (PROTOCOL rule 6). */
  verified: boolean
  /** Keeps the record and counts its tokens' lives on the page clock as well. */
  hold(record: SessionRecord | undefined): void
  /** Lets go of the session at once. Returns it. */
  leave(): SessionRecord | undefined
  /** The token of this key, if there is a session. */
  token(key: string): StoredAccessToken | undefined
  isFresh(token: StoredAccessToken, minValidityMs?: number): boolean
  dispatch(fact: SessionFact<User>): void
  subscribe(listener: () => void): () => void
  on<Type extends AuthEventType>(type: Type, listener: AuthEventListener<Type>): () => void
  emit<Type extends AuthEventType>(type: Type, event: AuthEvents[Type]): void
}

export function createSessionMemory<User>(clock: Clock, hint: boolean): SessionMemory<User> {
  let state: AuthState<User> = { status: 'restoring', hint }
  let record: SessionRecord | undefined
  let tokens: Record<string, ClockedToken> = {}
  const subscribers = new Set<() => void>()
  const listeners = new Map<string, Set<(event: never) => void>>()

  /** What an app's listener throws must surface, and must not break ours. */
  function call(run: () => void): void {
    try {
      run()
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
  }

  return {
    verified: false,
    get state() {
      return state
    },
    get record() {
      return record
    },
    hold(next) {
      const now = clock.now()
      const monotonic = clock.monotonic()
      const before = tokens
      tokens = {}
      for (const [key, token] of Object.entries(next?.accessTokens ?? {}))
        tokens[key] =
          before[key]?.value === token.value
            ? before[key]
            : { ...token, expiresAtMonotonic: monotonic + expiresAt(token) - now }
      record = next
    },
    leave() {
      const left = record?.state === 'signed-in' ? record : undefined
      if (left) {
        // remembered without its tokens: a late read of the store must not bring it back
        const { refreshToken: _, idToken: __, ...rest } = left
        record = { ...rest, state: 'signed-out', accessTokens: {} }
        this.dispatch({ type: 'nobody-here', reason: 'signed-out' })
      }
      return left
    },
    token: (key) => (record?.state === 'signed-in' ? tokens[key] : undefined),
    isFresh: (token, minValidityMs) =>
      isFresh(token, clock.now(), clock.monotonic(), minValidityMs),
    dispatch(fact) {
      const next = reduceSession(state, fact)
      if (next === state) return
      state = Object.freeze(next)
      for (const subscriber of [...subscribers]) call(subscriber)
    },
    subscribe(listener) {
      const entry = () => listener()
      subscribers.add(entry)
      return () => subscribers.delete(entry)
    },
    on(type, listener) {
      const entry = (event: never) => listener(event)
      const group = listeners.get(type) ?? new Set()
      listeners.set(type, group.add(entry))
      return () => group.delete(entry)
    },
    emit(type, event) {
      for (const listener of [...(listeners.get(type) ?? [])]) call(() => listener(event as never))
    },
  }
}
