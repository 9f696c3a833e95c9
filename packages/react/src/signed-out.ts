/** What only somebody sees who is not signed in. */
import type { SignedOutState, SigningInState } from '@latchkey/core'
import type { ReactNode } from 'react'
import { useAuthState } from './use-auth-state.js'

export interface SignedOutProps {
  /** What is shown; as a function it gets the state: `error` says why a sign-in failed or a session ended. */
  readonly children?: ReactNode | ((state: SignedOutState | SigningInState) => ReactNode)
}

/**
 * Shows its children while nobody is signed in and that is certain: never while the session is being restored.
 *
 * They stay while a sign-in is under way, so that the button that opened a popup is still there afterwards.
 */
export function SignedOut({ children }: SignedOutProps): ReactNode {
  const state = useAuthState((current) =>
    current.status === 'signed-out' || current.status === 'signing-in' ? current : undefined,
  )
  if (!state) return null
  return typeof children === 'function' ? children(state) : children
}
