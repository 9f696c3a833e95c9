/** The hook behind an "are you still there?" dialog. */
import { useEffect, useState } from 'react'
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
 * @throws {ConfigurationError} There is no `<AuthProvider>` above.
 */
export function useIdle(): IdleWarning | undefined {
  const { status, reportActivity } = useAuth<unknown>()
  const isSignedIn = status === 'signed-in'
  const [countdown, setCountdown] = useState<Countdown>()
  const signOutAt = countdown?.signOutAt

  useAuthEvent('idle-warning', ({ at }) => setCountdown(countDownTo(at)))
  useEffect(() => {
    if (signOutAt === undefined) return undefined
    const timer = setInterval(() => setCountdown(countDownTo(signOutAt)), 1000)
    return () => clearInterval(timer)
  }, [signOutAt])
  // The next session begins without the warning of the last one.
  if (!isSignedIn && countdown) setCountdown(undefined)

  return isSignedIn && countdown ? { ...countdown, staySignedIn: reportActivity } : undefined
}

type Countdown = Pick<IdleWarning, 'signOutAt' | 'secondsLeft'>

function countDownTo(signOutAt: number | undefined): Countdown | undefined {
  return signOutAt === undefined
    ? undefined
    : { signOutAt, secondsLeft: Math.max(0, Math.ceil((signOutAt - Date.now()) / 1000)) }
}
