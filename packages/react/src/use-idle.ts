/** The hook behind an "are you still there?" dialog. */
import type { StateMembers } from '@latchkey/core/bindings'
import { useEffect, useState } from 'react'
import { useAuthClient } from './use-auth-client.js'
import { useAuthState } from './use-auth-state.js'

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
 * @throws {ConfigurationError} There is no `<AuthProvider>` above.
 */
export function useIdle(): IdleWarning | undefined {
  const { reportActivity } = useAuthClient<unknown>()
  const signOutAt = useAuthState((state) => (state as StateMembers).signOutAt)
  const [, tick] = useState(0)
  useEffect(() => {
    if (!signOutAt) return undefined
    const timer = setInterval(() => tick(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [signOutAt])

  return signOutAt
    ? {
        signOutAt,
        secondsLeft: Math.max(0, Math.ceil((signOutAt - Date.now()) / 1000)),
        staySignedIn: reportActivity,
      }
    : undefined
}
