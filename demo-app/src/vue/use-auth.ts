// The client in Vue: what @latchkey/vue gives, in its smallest form.
import type { AuthClient, AuthState } from '@latchkey/core'
import {
  inject,
  onScopeDispose,
  shallowReadonly,
  shallowRef,
  type InjectionKey,
  type Plugin,
  type ShallowRef,
} from 'vue'

const clientKey: InjectionKey<AuthClient> = Symbol('latchkey')

export function createAuthPlugin(client: AuthClient): Plugin {
  return { install: (app) => app.provide(clientKey, client) }
}

export interface Auth extends Pick<AuthClient, 'signIn' | 'signOut'> {
  readonly state: Readonly<ShallowRef<AuthState>>
}

export function useAuthClient(): AuthClient {
  const client = inject(clientKey)
  if (!client) throw new Error('This needs the plugin: app.use(createAuthPlugin(client)).')
  return client
}

/** The session and what can be done with it. */
export function useAuth(): Auth {
  const client = useAuthClient()
  const state = shallowRef(client.state)
  onScopeDispose(client.subscribe(() => (state.value = client.state)))
  return { state: shallowReadonly(state), signIn: client.signIn, signOut: client.signOut }
}
