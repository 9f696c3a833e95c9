/** A bare page with one client. Tests drive it through `window.harness`, which never gives a token away. */
import { attachAuth } from '@latchkey/axios'
import { createAuthClient, createAuthFetch, type AuthEventType } from '@latchkey/core'
import axios from 'axios'
import { describeValue } from './describe-value.js'
import { createDriver, type Harness } from './driver.js'
import { createFeedDriver, type FeedDriver } from './feed-driver.js'
import type { HarnessConfig } from './harness-config.js'
import { createSignInDriver, type SignInDriver } from './sign-in-driver.js'
import { createStreamDriver, type StreamDriver } from './stream-driver.js'

declare global {
  interface Window {
    harness: Harness
    /** What only this page can do. */
    extras: SignInDriver & FeedDriver & StreamDriver
    /** Set by the tests: what the page saw, told at once, so that it outlives the page. */
    recordFact?: (kind: string, name: string, detail: unknown) => void
  }
}

const eventTypes: readonly AuthEventType[] = [
  'signed-in',
  'token-refreshed',
  'refresh-postponed',
  'refresh-stopped',
  'session-ended',
  'session-changed',
  'signed-out',
  'storage-failed',
  'step-up-required',
  'no-refresh-token',
  'idle-warning',
]

const config = JSON.parse(textOf('config')) as HarnessConfig
const logger = {
  debug: (message: string) => record('log', 'debug', message),
  warn: (message: string) => record('log', 'warn', message),
}
const auth = createAuthClient({
  ...config.client,
  logger,
  ...(config.refreshThroughInstance && { fetch: fetchThroughInstance }),
})
record('url', 'after-create', location.href)
showState()
auth.subscribe(showState)
for (const type of eventTypes) auth.on(type, (event) => record('event', type, describeValue(event)))
void auth.ready.then(() => record('ready', auth.state.status, performance.now()))

const instances = [{}, {}, { adapter: 'fetch' as const }].map((options) => {
  const instance = axios.create({ baseURL: config.apiUrl, ...options })
  attachAuth(instance, auth)
  return instance
})
const authFetch = createAuthFetch(auth)
window.harness = createDriver(auth, instances, authFetch, config.apiUrl)
window.extras = {
  ...createSignInDriver(auth),
  ...createFeedDriver(auth),
  ...createStreamDriver(instances[2]!, authFetch),
}
for (const [id, act] of [
  ['sign-in', () => window.harness.signIn()],
  ['sign-out', () => window.harness.signOut()],
] as const)
  document.getElementById(id)?.addEventListener('click', () => void act())

function showState(): void {
  const { state } = auth
  if (config.naiveGuard && state.status === 'signed-out')
    void auth.signIn().catch((error: unknown) => record('error', 'guard', describeValue(error)))
  record('state', state.status, describeValue(state))
  setText('status', state.status)
  setText('user', state.status === 'signed-in' ? (state.user.name ?? '') : '')
}

async function fetchThroughInstance(input: RequestInfo | URL, init?: RequestInit) {
  const request = new Request(input, init)
  const { status, data, headers } = await instances[0]!.request<string>({
    url: request.url,
    method: request.method,
    data: await request.text(),
    headers: Object.fromEntries(request.headers),
    responseType: 'text',
    validateStatus: () => true,
  })
  return new Response(data, { status, headers: headers as Record<string, string> })
}

function record(kind: string, name: string, detail: unknown): void {
  window.recordFact?.(kind, name, detail)
}

function textOf(id: string): string {
  return document.getElementById(id)?.textContent ?? ''
}

function setText(id: string, text: string): void {
  const element = document.getElementById(id)
  if (element) element.textContent = text
}
