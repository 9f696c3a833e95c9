/** The composable most components need: who is here, and what can be done about it. */
import type { AuthClient, AuthError, AuthState, RestoringState, UserClaims } from '@latchkey/core'
import {
  computed,
  getCurrentInstance,
  getCurrentScope,
  onMounted,
  onScopeDispose,
  shallowRef,
  type ComputedRef,
  type ShallowRef,
} from 'vue'
import type { StateMembers } from '@latchkey/core/bindings'
import { useAuthClient } from './use-auth-client.js'

/** What can be done: the client's own functions. */
export type AuthActions = Pick<
  AuthClient<unknown>,
  'signIn' | 'signOut' | 'getAccessToken' | 'fetchUserInfo' | 'reportActivity'
>

/** The state as one ref, what people look up most as refs of their own, and the actions. */
export interface Auth<User = UserClaims> extends AuthActions {
  /** Narrow on `state.value.status` to reach what only one state has. */
  readonly state: Readonly<ShallowRef<AuthState<User>>>
  readonly status: ComputedRef<AuthState['status']>
  /** The same object while the claims are equal: a background refresh triggers nothing. */
  readonly user: ComputedRef<User | undefined>
  readonly isSignedIn: ComputedRef<boolean>
  /** Whether it is still unknown who is here. */
  readonly isRestoring: ComputedRef<boolean>
  /** Why nobody is signed in: a failed sign-in, or the end of the session. */
  readonly error: ComputedRef<AuthError | undefined>
}

/** For server and hydration: what a browser has stored must not change the first paint. */
const serverState: RestoringState = { status: 'restoring', hint: false }

/**
 * Gives the state of the session, as refs, and the actions. Stops listening with its component, store or effect scope.
 *
 * @throws {ConfigurationError} The plugin is not installed.
 */
export function useAuth<User = UserClaims>(): Auth<User> {
  const client = useAuthClient<User>()
  const state = useClientState(client)
  return {
    state,
    status: computed(() => state.value.status),
    user: computed(() => (state.value as StateMembers<User>).user),
    isSignedIn: computed(() => state.value.status === 'signed-in'),
    isRestoring: computed(() => state.value.status === 'restoring'),
    error: computed(() => (state.value as StateMembers).error),
    ...actionsOf(client),
  }
}

export function actionsOf({
  signIn,
  signOut,
  getAccessToken,
  fetchUserInfo,
  reportActivity,
}: AuthClient<unknown>): AuthActions {
  return { signIn, signOut, getAccessToken, fetchUserInfo, reportActivity }
}

function useClientState<User>(client: AuthClient<User>): ShallowRef<AuthState<User>> {
  // A component that takes over the server's HTML has its element before it is set up.
  const isHydrating = getCurrentInstance()?.vnode.el
  const state = shallowRef<AuthState<User>>(serverState)
  let stop: (() => void) | undefined
  const follow = (): void => {
    state.value = client.state
    stop ??= client.subscribe(follow)
  }
  if (isHydrating) onMounted(follow)
  else follow()
  if (getCurrentScope()) onScopeDispose(() => stop?.())
  return state
}
