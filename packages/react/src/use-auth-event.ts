/** The hook that listens to facts. */
import type { AuthEventListener, AuthEventType } from '@latchkey/core'
import { useEffect, useRef } from 'react'
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
  const latest = useRef(listener)
  useEffect(() => {
    latest.current = listener
  })
  useEffect(() => client.on(type, (event) => latest.current(event)), [client, type])
}
