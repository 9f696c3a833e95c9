import { renderToString } from '@vue/server-renderer'
import { afterEach, expect, it, vi } from 'vitest'
import {
  createApp,
  createSSRApp,
  defineComponent,
  h,
  nextTick,
  Suspense,
  type App,
  type Component,
} from 'vue'
import { createAuthPlugin } from './create-auth-plugin.js'
import { RequireAuth } from './require-auth.js'
import { SignedIn } from './signed-in.js'
import { SignedOut } from './signed-out.js'
import {
  createFakeAuthClient,
  signedIn,
  type FakeAuthClient,
} from './test-support/fake-auth-client.js'
import { useAuth } from './use-auth.js'
import { useAuthReady } from './use-auth-ready.js'

/** The client of a server: `ready`, but for ever restoring. */
function createServerClient(): FakeAuthClient {
  return Object.assign(createFakeAuthClient(), { ready: Promise.resolve() })
}

const seen: string[] = []
const page = defineComponent({
  setup() {
    const { status, user } = useAuth()
    return () => {
      seen.push(status.value)
      return h('main', [
        h('p', `${status.value} ${user.value?.name ?? 'nobody'}`),
        h(SignedIn, () => h('b', 'in')),
        h(SignedOut, () => h('b', 'out')),
        h(RequireAuth, null, { default: () => h('i', 'secret'), fallback: () => h('i', 'wait') }),
      ])
    }
  },
})

function makeApp(client: FakeAuthClient, component: Component = page): App {
  return createSSRApp(component).use(createAuthPlugin(client))
}

async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await nextTick()
}

afterEach(() => void vi.restoreAllMocks())

it('hydrates without a warning when the browser already knows the user, and then shows them', async () => {
  const warn = vi.spyOn(console, 'warn')
  const report = vi.spyOn(console, 'error')
  const container = document.createElement('div')
  container.innerHTML = await renderToString(makeApp(createServerClient()))
  expect(container.textContent).toBe('restoring nobodywait')
  const main = container.querySelector('main')
  seen.length = 0
  const client = createFakeAuthClient(signedIn())
  const app = makeApp(client)
  app.mount(container)
  await settle()
  expect(container.textContent).toBe('signed-in Adainsecret')
  expect(container.querySelector('main')).toBe(main)
  expect(seen).toEqual(['restoring', 'signed-in'])
  expect([warn.mock.calls, report.mock.calls]).toEqual([[], []])
  app.unmount()
  expect(client.listenerCount).toBe(0)
})

it('hydrates what waits beneath <Suspense>', async () => {
  const report = vi.spyOn(console, 'error')
  const name = defineComponent({
    async setup() {
      const { user, status } = await useAuthReady()
      return () => h('p', user.value?.name ?? status.value)
    },
  })
  const suspended = defineComponent(() => () => h(Suspense, null, { default: () => h(name) }))
  const container = document.createElement('div')
  vi.stubGlobal('window', undefined)
  const rendered = await renderToString(makeApp(createServerClient(), suspended))
  vi.unstubAllGlobals()
  container.innerHTML = rendered
  expect(container.textContent).toBe('restoring')
  const client = createFakeAuthClient()
  makeApp(client, suspended).mount(container)
  client.setState(signedIn())
  await settle()
  expect(container.textContent).toBe('Ada')
  expect(report).not.toHaveBeenCalled()
})

it('shows what the browser knows at once where nothing is hydrated', () => {
  seen.length = 0
  const container = document.createElement('div')
  createApp(page)
    .use(createAuthPlugin(createFakeAuthClient(signedIn())))
    .mount(container)
  expect(seen[0]).toBe('signed-in')
})
