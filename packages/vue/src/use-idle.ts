/** The composable behind an "are you still there?" dialog. */
import { computed, shallowRef, watch, type ComputedRef } from 'vue'
import { useAuth } from './use-auth.js'
import { useAuthEvent } from './use-auth-event.js'

/** The user is about to be signed out for being idle. */
export interface IdleWarning {
  /** When, in epoch ms. */
  readonly signOutAt: number
  /** Counts down once a second; 0 at the end. */
  readonly secondsLeft: number
  /** Keeps the user signed in, in all tabs. */
  readonly staySignedIn: () => void
}

/**
 * Gives a countdown while the user is about to be signed out for being idle, else `undefined`.
 *
 * Of use with the client's `idleTimeoutMs`; the countdown begins `idleWarningMs` before the end and stops with any input.
 *
 * @throws {ConfigurationError} The plugin is not installed.
 */
export function useIdle(): ComputedRef<IdleWarning | undefined> {
  const { isSignedIn, reportActivity } = useAuth<unknown>()
  const signOutAt = shallowRef<number>()
  const now = shallowRef(0)

  useAuthEvent('idle-warning', ({ at }) => {
    now.value = Date.now()
    signOutAt.value = at
  })
  // The next session begins without the warning of the last one.
  watch(isSignedIn, (isHere) => {
    if (!isHere) signOutAt.value = undefined
  })
  watch(signOutAt, (at, _, onCleanup) => {
    if (at === undefined) return
    const timer = setInterval(() => (now.value = Date.now()), 1000)
    onCleanup(() => clearInterval(timer))
  })

  return computed(() => {
    const at = signOutAt.value
    if (at === undefined) return undefined
    const secondsLeft = Math.max(0, Math.ceil((at - now.value) / 1000))
    return { signOutAt: at, secondsLeft, staySignedIn: reportActivity }
  })
}
