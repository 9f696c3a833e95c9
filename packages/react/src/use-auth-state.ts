/** The hook that renders only when a chosen part of the state changes. */
import type { AuthState, UserClaims } from '@latchkey/core'
import { useState } from 'react'
import { useAuthClient } from './use-auth-client.js'
import { useSnapshot } from './use-snapshot.js'

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
  selector: (state: AuthState<User>) => unknown = (state) => state,
  isEqual: (a: unknown, b: unknown) => boolean = Object.is,
): unknown {
  const client = useAuthClient<User>()
  const [last] = useState<Partial<Choice<User>>>({})
  // React asks again and again: the answer to one state must stay one object, with an inline selector too.
  const select = (state: AuthState<User>): unknown => {
    if (last.state !== state || last.selector !== selector) {
      const value = selector(state)
      if (!last.state || !isEqual(last.value, value)) last.value = value
      last.state = state
      last.selector = selector
    }
    return last.value
  }
  return useSnapshot(client, select)
}

interface Choice<User> {
  state: AuthState<User>
  selector: (state: AuthState<User>) => unknown
  value: unknown
}
