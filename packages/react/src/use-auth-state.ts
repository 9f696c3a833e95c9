/** The hook that renders only when a chosen part of the state changes. */
import type { AuthState, UserClaims } from '@latchkey/core'
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { serverState } from './auth-context.js'
import { useAuthClient } from './use-auth-client.js'

/**
 * Gives what the selector picks from the state, and renders only when that changes.
 *
 * The selector may be written inline and may build new objects, if `isEqual` says when two of them are equal.
 *
 * @param selector - Default: the whole state.
 * @param isEqual - Default: `Object.is`.
 * @throws {ConfigurationError} There is no `<AuthProvider>` above.
 */
export function useAuthState<User = UserClaims>(): AuthState<User>
export function useAuthState<Selected, User = UserClaims>(
  selector: (state: AuthState<User>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): Selected
export function useAuthState<User>(
  selector: (state: AuthState<User>) => unknown = itself,
  isEqual: (a: unknown, b: unknown) => boolean = Object.is,
): unknown {
  const client = useAuthClient<User>()
  const shown = useRef<Choice | undefined>(undefined)
  const [select, selectOnServer] = useMemo(() => {
    const choose = memoize(selector, isEqual, () => shown.current)
    const chooseOnServer = memoize(selector, isEqual, () => shown.current)
    return [() => choose(client.state), () => chooseOnServer(serverState)]
  }, [client, selector, isEqual])
  const value = useSyncExternalStore(client.subscribe, select, selectOnServer)
  useEffect(() => {
    shown.current = { value }
  }, [value])
  return value
}

interface Choice {
  readonly value: unknown
}

/** React asks for the snapshot again and again: the answer to one state must stay one object. */
function memoize<User>(
  selector: (state: AuthState<User>) => unknown,
  isEqual: (a: unknown, b: unknown) => boolean,
  getShown: () => Choice | undefined,
): (state: AuthState<User>) => unknown {
  let last: (Choice & { state: AuthState<User> }) | undefined
  return (state) => {
    if (last?.state === state) return last.value
    const value = selector(state)
    // An inline selector is new in each render: what is on the screen stays, while it is equal.
    const before = last ?? getShown()
    last = { state, value: before && isEqual(before.value, value) ? before.value : value }
    return last.value
  }
}

function itself(state: unknown): unknown {
  return state
}
