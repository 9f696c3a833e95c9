/** What only somebody who is signed in sees. */
import type { UserClaims } from '@latchkey/core'
import type { ReactNode } from 'react'
import { fillForUser, type Slot } from './fill.js'
import { useUser } from './use-user.js'

export interface SignedInProps<User = UserClaims> {
  /** What is shown; as a function it gets the user. */
  readonly children?: Slot<User>
}

/** Shows its children while somebody is signed in. Another person gets them mounted afresh. */
export function SignedIn<User = UserClaims>({ children }: SignedInProps<User>): ReactNode {
  const user = useUser<User>()
  return user && fillForUser(children, user)
}
