/** The hook behind an "are you still there?" dialog. */
import { useEffect, useState } from 'react'
import { useAuthClient } from './use-auth-client.js'
import { useAuthEvent } from './use-auth-event.js'
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
  const isSignedIn = useAuthState((state) => state.status === 'signed-in')
  const [signOutAt, setSignOutAt] = useState<number>()
  const [secondsLeft, setSecondsLeft] = useState(0)

  useAuthEvent('idle-warning', ({ at }) => {
    setSignOutAt(at)
    if (at !== undefined) setSecondsLeft(secondsUntil(at))
  })
  useEffect(() => {
    if (signOutAt === undefined) return undefined
    const timer = setInterval(() => setSecondsLeft(secondsUntil(signOutAt)), 1000)
    return () => clearInterval(timer)
  }, [signOutAt])
  // The next session begins without the warning of the last one.
  if (!isSignedIn && signOutAt !== undefined) setSignOutAt(undefined)

  if (!isSignedIn || signOutAt === undefined) return undefined
  return { signOutAt, secondsLeft, staySignedIn: reportActivity }
}

function secondsUntil(time: number): number {
  return Math.max(0, Math.ceil((time - Date.now()) / 1000))
}
