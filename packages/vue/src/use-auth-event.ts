/** The composable that listens to facts. */
import type { AuthEventListener, AuthEventType } from '@latchkey/core'
import { getCurrentScope, onScopeDispose } from 'vue'
import { useAuthClient } from './use-auth-client.js'

/**
 * Calls the listener for each event of the type, until its component, store or effect scope ends.
 *
 * @throws {ConfigurationError} The plugin is not installed.
 */
export function useAuthEvent<Type extends AuthEventType>(
  type: Type,
  listener: AuthEventListener<Type>,
): void {
  const stop = useAuthClient<unknown>().on(type, listener)
  if (getCurrentScope()) onScopeDispose(stop)
}
