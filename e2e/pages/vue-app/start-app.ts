/** A Vue app with vue-router, as the docs show it: one client, the plugin, the guard, a route for the redirect URI. */
import { createAuthPlugin } from '@latchkey/vue'
import { createAuthGuard } from '@latchkey/vue/vue-router'
import { createApp } from 'vue'
import { createRouter, type RouterHistory } from 'vue-router'
import { record, recordRender } from '../react-and-vue/record.js'
import { startClient } from '../react-and-vue/start-client.js'
import App from './App.vue'
import { routes } from './routes.js'

export function startApp(createHistory: () => RouterHistory): void {
  const auth = startClient()
  const router = createRouter({ history: createHistory(), routes })
  router.beforeEach(createAuthGuard(auth))
  router.onError((error) => recordRender('error screen', { error: String(error) }))
  record('app', 'started')
  createApp(App).use(createAuthPlugin(auth)).use(router).mount('#app')
}
