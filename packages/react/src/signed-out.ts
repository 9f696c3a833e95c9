/** What only somebody sees who is not signed in. */
import type { SignedOutState, SigningInState } from '@latchkey/core'
import { isUnknown } from '@latchkey/core/bindings'
import type { ReactNode } from 'react'
import { fill, type Slot } from './fill.js'
import { useAuth, type AuthActions } from './use-auth.js'

export interface SignedOutProps {
  /** What is shown; as a function it gets state and actions: `signIn`, and an `error` that says why nobody is signed in. */
  readonly children?: Slot<Shown>
}

type Shown = (SignedOutState | SigningInState) & AuthActions

/**
 * Shows its children while nobody is signed in and that is certain: never while the session is being restored.
 *
 * They stay while a sign-in is under way, so that the button that opened a popup is still there afterwards.
 */
export function SignedOut({ children }: SignedOutProps): ReactNode {
  const auth = useAuth<unknown>()
  return !isUnknown(auth) && auth.status !== 'signed-in' && fill(children, auth as Shown)
}
