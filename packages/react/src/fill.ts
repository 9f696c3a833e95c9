/** Children that may be a function of what is known. */
import { createElement, Fragment, type ReactNode } from 'react'

export type Slot<Value> = ReactNode | ((value: Value) => ReactNode)

export function fill<Value>(slot: Slot<Value>, value: Value): ReactNode {
  return typeof slot === 'function' ? slot(value) : slot
}

/** Keyed by the subject: what one person has typed must not be there for the next one. */
export function fillForUser<User>(slot: Slot<User>, user: User): ReactNode {
  const { sub = null } = user as { readonly sub?: string }
  return createElement(Fragment, { key: sub, children: fill(slot, user) })
}
