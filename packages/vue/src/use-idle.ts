/** The composable behind an "are you still there?" dialog. */
import type { StateMembers } from '@latchkey/core/bindings'
import { computed, shallowRef, watchSyncEffect, type ComputedRef } from 'vue'
import { useAuth } from './use-auth.js'

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
  const { state, reportActivity } = useAuth<unknown>()
  const signOutAt = () => (state.value as StateMembers).signOutAt
  const now = shallowRef(0)
  const look = (): void => void (now.value = Date.now())

  // at once: nobody may count from the end of an earlier warning
  watchSyncEffect((onCleanup) => {
    const timer = signOutAt() && setInterval(look, 1000)
    onCleanup(() => clearInterval(timer))
    look()
  })

  return computed(() => {
    const at = signOutAt()
    if (!at) return undefined
    const secondsLeft = Math.max(0, Math.ceil((at - now.value) / 1000))
    return { signOutAt: at, secondsLeft, staySignedIn: reportActivity }
  })
}
