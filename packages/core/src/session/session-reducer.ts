/** How facts move the state an app sees: one pure function. A background refresh never looks like being signed out. */
import type { AuthError } from '../errors.js'
import { expiresAt } from './freshness.js'
import type { SessionRecord } from './session-record.js'
import type { AuthState, SignedInState, SignedOutState } from './state.js'

export type SessionFact<User> =
  | { readonly type: 'restoring'; readonly hint: boolean }
  | {
      readonly type: 'session-adopted'
      readonly record: SessionRecord
      readonly user: User
      readonly persistence: SignedInState['persistence']
    }
  | {
      readonly type: 'nobody-here'
      readonly reason: SignedOutState['reason']
      /** Of ours. */
      readonly error?: unknown
    }
  | { readonly type: 'sign-in-started' }
  | {
      readonly type: 'refresh-moved'
      readonly moved: Partial<Pick<SignedInState, 'refresh' | 'persistence' | 'signOutAt'>>
    }

/** The same object comes back when nothing an app can see has changed. */
export function reduceSession<User>(
  state: AuthState<User>,
  fact: SessionFact<User>,
): AuthState<User> {
  switch (fact.type) {
    case 'restoring':
      return { status: 'restoring', hint: fact.hint }
    case 'session-adopted': {
      const before = state.status === 'signed-in' ? state : undefined
      const token = fact.record.accessTokens['']
      return same(before, {
        status: 'signed-in',
        user: before && isEqual(before.user, fact.user) ? before.user : fact.user,
        scope: fact.record.scope,
        expiresAt: token ? expiresAt(token) : 0,
        refresh: before?.refresh === 'running' ? 'running' : refreshOf(fact.record),
        persistence: fact.persistence,
        signOutAt: before?.signOutAt,
      })
    }
    case 'nobody-here':
      return state.status === 'signed-out' &&
        state.reason === fact.reason &&
        state.error === fact.error
        ? state
        : {
            status: 'signed-out',
            reason: fact.reason,
            ...(fact.error ? { error: fact.error as AuthError } : {}),
          }
    case 'sign-in-started':
      // a step-up or a popup while signed in leaves `signed-in`
      return state.status === 'signed-in' ? state : { status: 'signing-in' }
    case 'refresh-moved':
      return state.status === 'signed-in' ? same(state, { ...state, ...fact.moved }) : state
  }
}

/** All tabs show alike how the last refresh came out, whichever of them tried it. */
function refreshOf({ failure }: SessionRecord): SignedInState['refresh'] {
  if (!failure) return 'idle'
  return failure.reason === 'configuration' ? 'stopped' : 'waiting'
}

function same<User>(
  before: SignedInState<User> | undefined,
  after: SignedInState<User>,
): SignedInState<User> {
  return before &&
    (Object.keys(after) as (keyof SignedInState)[]).every((key) => before[key] === after[key])
    ? before
    : after
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
