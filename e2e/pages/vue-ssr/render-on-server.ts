import { createAuthClient, createAuthPlugin } from '@latchkey/vue'
import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import App from './App.vue'

export function render(): Promise<string> {
  const client = createAuthClient({
    issuer: 'https://login.example.com',
    clientId: 'my-spa',
    redirectUri: '/callback',
  })
  return renderToString(createSSRApp(App).use(createAuthPlugin(client)))
}
