// The Vue page. The client is created first: it takes the answer out of the URL before anything else reads it.
import { createAuthClient, createAuthPlugin } from '@latchkey/vue'
import { createApp } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import { createDemo } from '../shared/create-demo.js'
import { readPageConfig } from '../shared/page-config.js'
import '../styles/index.css'
import AppFrame from './AppFrame.vue'
import { routes } from './routes.js'
import { demoKey } from './use-demo.js'

const base = '/vue/'
const config = readPageConfig()

const auth = createAuthClient({
  issuer: config.issuer,
  clientId: config.clientId,
  scope: config.scope,
  redirectUri: `${base}callback`,
  postLogoutRedirectUri: base,
  resources: [{ url: config.apiUrl }],
  parkUntilSignedIn: true,
  navigate: enter,
})

const demo = createDemo(auth, config, 'Vue')
const router = createRouter({ history: createWebHistory(base), routes })
let hasEntered = false

function enter(path: string): void {
  hasEntered = true
  // The router's paths begin behind its base.
  void router.replace(path.startsWith(base) ? path.slice(base.length - 1) : path)
}

// Whoever comes to the redirect URI with a used answer, or with none, has nowhere to return to.
void auth.ready.then(() => {
  if (!hasEntered && location.pathname === `${base}callback`) enter('/')
})

createApp(AppFrame).use(createAuthPlugin(auth)).provide(demoKey, demo).use(router).mount('#app')
