/** A part of the page that only somebody who is signed in may see. */
import type { SignedOutState, SignInOptions, UserClaims } from '@latchkey/core'
import { isUnknown, needsSignIn, signInOnce } from '@latchkey/core/bindings'
import { useEffect, useState, type ReactNode } from 'react'
import { fill, fillForUser, type Slot } from './fill.js'
import { useAuth, type AuthActions } from './use-auth.js'
import { useAuthClient } from './use-auth-client.js'

export interface RequireAuthProps<User = UserClaims> {
  /** What is shown to the signed-in; as a function it gets the user. */
  readonly children?: Slot<User>
  /** Shown while the session is restored and while the browser leaves for the sign-in. Default: nothing. */
  readonly fallback?: ReactNode
  /** Shown to people who are not signed in; as a function it gets state and actions. Default: they are sent to sign in. */
  readonly signedOut?: Slot<SignedOutState & AuthActions>
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
  fallback,
  signedOut,
  signInOptions,
}: RequireAuthProps<User>): ReactNode {
  const client = useAuthClient<User>()
  const auth = useAuth<User>()
  const [wasSignedIn, setWasSignedIn] = useState(false)
  if (auth.status === 'signed-in' && !wasSignedIn) setWasSignedIn(true)
  const leaves = signedOut === undefined && needsSignIn(auth, wasSignedIn)

  useEffect(() => {
    if (leaves)
      signInOnce(client, signInOptions).catch((error: unknown) =>
        // React hands what an update throws to the error boundary.
        setWasSignedIn(() => {
          throw error
        }),
      )
    // The options may be written inline; they alone are no reason to leave.
  }, [client, leaves])

  if (auth.status === 'signed-in') return fillForUser(children, auth.user)
  if (auth.status === 'signed-out') {
    if (signedOut !== undefined) return fill(signedOut, auth)
    if (auth.error && !leaves && !isUnknown(auth)) throw auth.error
  }
  return fallback
}
