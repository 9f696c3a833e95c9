/** Children that belong to one person. */
import { createElement, Fragment, type ReactNode } from 'react'

export type UserChildren<User> = ReactNode | ((user: User) => ReactNode)

/** Keyed by the subject: what one person has typed must not be there for the next one. */
export function forUser<User>(user: User, children: UserChildren<User>): ReactNode {
  const { sub } = user as { readonly sub?: string }
  const content = typeof children === 'function' ? children(user) : children
  return createElement(Fragment, { key: sub ?? null }, content)
}
