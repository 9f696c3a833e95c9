/** The hook that listens to facts. */
import type { AuthEventListener, AuthEventType } from '@latchkey/core'
import { useEffect } from 'react'
import { useAuthClient } from './use-auth-client.js'

/**
 * Calls the listener for each event of the type while the component is mounted. The listener may be written inline.
 *
 * @throws {ConfigurationError} There is no `<AuthProvider>` above.
 */
export function useAuthEvent<Type extends AuthEventType>(
  type: Type,
  listener: AuthEventListener<Type>,
): void {
  const client = useAuthClient<unknown>()
  // With an inline listener this listens anew after each render, in one go: no event falls between.
  useEffect(() => client.on(type, listener), [client, type, listener])
}
