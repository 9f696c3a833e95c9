/** What tests of components share: mounting with the plugin. */
import type { AuthClient } from '@latchkey/core'
import { createApp, type App, type Component } from 'vue'
import { createAuthPlugin } from '../create-auth-plugin.js'

export function mountWith(
  client: AuthClient,
  component: Component,
  prepare: (app: App) => void = () => undefined,
): { readonly app: App; text(): string } {
  const app = createApp(component)
  app.use(createAuthPlugin(client))
  prepare(app)
  const container = document.createElement('div')
  app.mount(container)
  return { app, text: () => container.textContent }
}
