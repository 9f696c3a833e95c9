/** The plugin: hands the client to the composables of an app. */
import type { AuthClient } from '@latchkey/core'
import type { Plugin } from 'vue'
import { authKey } from './auth-key.js'

/**
 * Makes the plugin that gives the client to all components of an app: `app.use(createAuthPlugin(auth))`.
 *
 * @param client - Made once, in a module of its own or at the top of the entry: `createAuthClient({ … })`.
 */
export function createAuthPlugin(client: AuthClient<unknown>): Plugin<[]> {
  return (app) => app.provide(authKey, client)
}
