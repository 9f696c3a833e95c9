/** A client for tests of the binding: the real interface over a small store that the test moves. */
import {
  StorageError,
  type AuthClient,
  type AuthEvents,
  type AuthEventType,
  type AuthState,
  type SignedInState,
  type SignInOptions,
  type UserClaims,
} from '@latchkey/core'

export interface FakeAuthClient extends AuthClient {
  /** Moves to a state; away from `restoring` it also settles `ready`. */
  setState(state: AuthState): void
  /** What a background refresh does to the state: running, then idle with a later expiry. */
  refresh(): void
  emit<Type extends AuthEventType>(type: Type, event: AuthEvents[Type]): void
  readonly signIns: SignInOptions[]
  /** Lets the sign-in that is pending fail, as a popup that is closed does. */
  failSignIn(error: Error): void
  readonly activityReports: number
  /** Listeners to state and events together. */
  readonly listenerCount: number
}

export function signedIn(
  user: UserClaims = { sub: 'ada', name: 'Ada' },
  changes: Partial<SignedInState> = {},
): SignedInState {
  return {
    status: 'signed-in',
    user,
    scope: 'openid',
    expiresAt: 1_000,
    refresh: 'idle',
    persistence: 'indexeddb',
    signOutAt: undefined,
    ...changes,
  }
}

/** What the client shows while a store that did not answer is tried again. */
export const notReadYet: AuthState = {
  status: 'signed-out',
  reason: 'never-signed-in',
  error: Object.assign(new StorageError('Not read yet.'), { retrying: true as const }),
}

export function createFakeAuthClient(
  initial: AuthState = { status: 'restoring', hint: false },
): FakeAuthClient {
  let state = initial
  let settle: () => void = () => undefined
  let fail: (error: Error) => void = () => undefined
  let activityReports = 0
  const signIns: SignInOptions[] = []
  const listeners = new Set<() => void>()
  const eventListeners = new Map<string, Set<(event: never) => void>>()
  const ready =
    initial.status === 'restoring'
      ? new Promise<void>((resolve) => (settle = resolve))
      : Promise.resolve()

  function setState(next: AuthState): void {
    state = next
    for (const listener of listeners) listener()
    if (next.status !== 'restoring') settle()
  }
  const client: Omit<FakeAuthClient, symbol> = {
    get state() {
      return state
    },
    get listenerCount() {
      return [...eventListeners.values()].reduce((sum, set) => sum + set.size, listeners.size)
    },
    get activityReports() {
      return activityReports
    },
    ready,
    signIns,
    setState,
    subscribe(listener) {
      // A wrapper each, so that two components with one listener count as two.
      const own = (): void => listener()
      listeners.add(own)
      return () => listeners.delete(own)
    },
    refresh() {
      if (state.status !== 'signed-in') throw new Error('refresh() is for the signed-in')
      const { expiresAt } = state
      setState({ ...state, refresh: 'running' })
      setState({ ...state, refresh: 'idle', expiresAt: expiresAt + 1_000 })
    },
    signIn(options = {}) {
      signIns.push(options)
      if (state.status !== 'signed-in') setState({ status: 'signing-in' })
      return new Promise((_, reject) => (fail = reject))
    },
    failSignIn: (error) => fail(error),
    signOut() {
      setState({ status: 'signed-out', reason: 'signed-out' })
      return Promise.resolve()
    },
    getAccessToken: () => Promise.resolve('access-token'),
    fetchUserInfo: () => Promise.resolve({ sub: 'ada' }),
    reportActivity() {
      activityReports += 1
    },
    on(type, listener) {
      const set = eventListeners.get(type) ?? new Set()
      eventListeners.set(type, set.add(listener))
      return () => set.delete(listener)
    },
    emit(type, event) {
      for (const listener of eventListeners.get(type) ?? []) listener(event as never)
    },
    dispose: () => undefined,
  }
  return client as FakeAuthClient
}
