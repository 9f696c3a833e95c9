/** A part of the page that only somebody who is signed in may see. */
import type { AuthError, SignedOutState, SignInOptions, UserClaims } from '@latchkey/core'
import { useEffect, useState, type ReactNode } from 'react'
import { signInOnce } from './sign-in-once.js'
import { useAuth } from './use-auth.js'
import { useAuthClient } from './use-auth-client.js'
import { forUser, type UserChildren } from './user-children.js'

export interface RequireAuthProps<User = UserClaims> {
  /** What is shown to the signed-in; as a function it gets the user. */
  readonly children?: UserChildren<User>
  /** Shown while the session is restored and while the browser leaves for the sign-in. Default: nothing. */
  readonly fallback?: ReactNode
  /** Shown to people who are not signed in. Default: they are sent to sign in. */
  readonly signedOut?: ReactNode | ((state: SignedOutState) => ReactNode)
  /** For the sign-in they are sent to; by default they come back to the page they are on. */
  readonly signInOptions?: SignInOptions
}

/**
 * Shows its children to somebody who is signed in, and to nobody else for a single frame.
 *
 * Without `signedOut`, people who are not signed in are sent to sign in: once. After a sign-in that failed, or
 * an idle sign-out, the error goes to the nearest error boundary, and only a `signIn()` of yours tries again.
 * After a sign-out on this page nobody is sent anywhere, and `fallback` stays.
 *
 * @throws {AuthError} To the error boundary, if there is no `signedOut`.
 */
export function RequireAuth<User = UserClaims>({
  children,
  fallback = null,
  signedOut,
  signInOptions,
}: RequireAuthProps<User>): ReactNode {
  const client = useAuthClient<User>()
  const auth = useAuth<User>()
  const [wasSignedIn, setWasSignedIn] = useState(false)
  const [failure, setFailure] = useState<AuthError>()

  if (auth.status === 'signed-in' && (!wasSignedIn || failure)) {
    setWasSignedIn(true)
    setFailure(undefined)
  }
  const error = failure ?? (auth.status === 'signed-out' ? obstacle(auth, wasSignedIn) : undefined)
  const leaves =
    auth.status === 'signed-out' &&
    signedOut === undefined &&
    !error &&
    !(wasSignedIn && auth.reason === 'signed-out')

  useEffect(() => {
    if (leaves) signInOnce(client, signInOptions).catch(setFailure)
    // The options may be written inline; they alone are no reason to leave.
  }, [client, leaves])

  if (auth.status === 'signed-in') return forUser(auth.user, children)
  if (auth.status !== 'signed-out') return fallback
  if (signedOut !== undefined) return typeof signedOut === 'function' ? signedOut(auth) : signedOut
  if (error) throw error
  return fallback
}

/** What stops the automatic sign-in, so that it cannot loop: any error but the end of a session, which leads to a new one. */
function obstacle({ error }: SignedOutState, wasSignedIn: boolean): AuthError | undefined {
  const endsSession = error?.name === 'SessionEndedError' && !(wasSignedIn && error.code === 'idle')
  return endsSession ? undefined : error
}
