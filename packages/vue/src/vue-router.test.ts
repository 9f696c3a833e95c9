import { SessionEndedError, SignInFailedError, type AuthState } from '@latchkey/core'
import { beforeEach, expect, it } from 'vitest'
import { createApp, h } from 'vue'
import {
  createRouter,
  createWebHashHistory,
  createWebHistory,
  RouterView,
  type Router,
  type RouteLocationRaw,
  type RouterHistory,
} from 'vue-router'
import {
  createFakeAuthClient,
  notReadYet,
  signedIn,
  type FakeAuthClient,
} from './test-support/fake-auth-client.js'
import { createAuthGuard, type AuthGuardOptions } from './vue-router.js'

const neverSignedIn: AuthState = { status: 'signed-out', reason: 'never-signed-in' }
const denied = new SignInFailedError('access-denied', 'The user said no.')

/** How an address of this router looks in the address bar. */
const modes: [string, () => RouterHistory, (path: string) => string][] = [
  ['history', () => createWebHistory(), (path) => path],
  ['history with a base', () => createWebHistory('/app/'), (path) => `/app${path}`],
  ['hash', () => createWebHashHistory(), (path) => `/#${path}`],
  ['hash with a base', () => createWebHashHistory('/app/'), (path) => `/app/#${path}`],
]

const page = (text: string) => ({ render: () => h('p', text) })

function open(
  client: FakeAuthClient,
  url: string,
  createHistory: () => RouterHistory,
  options?: AuthGuardOptions<RouteLocationRaw>,
): { router: Router; text(): string; errors: unknown[] } {
  window.history.replaceState(null, '', url)
  const router = createRouter({
    history: createHistory(),
    routes: [
      { path: '/', component: page('home') },
      { path: '/callback', component: page('callback') },
      { path: '/sign-in', component: page('please sign in') },
      {
        path: '/secret',
        component: RouterView,
        meta: { requiresAuth: true },
        children: [
          { path: '', component: page('secret') },
          { path: 'teaser', component: page('teaser'), meta: { requiresAuth: false } },
        ],
      },
    ],
  })
  const errors: unknown[] = []
  router.onError((error) => errors.push(error))
  router.beforeEach(createAuthGuard(client, options))
  const container = document.createElement('div')
  createApp(RouterView).use(router).mount(container)
  return { router, text: () => container.textContent, errors }
}

/** Lets the navigation take all steps it can take now. */
async function settle(): Promise<void> {
  for (let i = 0; i < 200; i++) await Promise.resolve()
}

beforeEach(() => window.history.replaceState(null, '', '/'))

it.each(modes)(
  '%s: waits for the session, then lets the signed-in pass',
  async (_, history, href) => {
    window.history.replaceState(null, '', href('/secret'))
    const client = createFakeAuthClient()
    const { text } = open(client, href('/secret'), history)
    await settle()
    expect(text()).toBe('')
    client.setState(signedIn())
    await settle()
    expect(text()).toBe('secret')
    expect(client.signIns).toEqual([])
  },
)

it.each(modes)(
  '%s: waits while a store that did not answer is tried again',
  async (_, history, href) => {
    const client = createFakeAuthClient(notReadYet)
    const { text, errors } = open(client, href('/secret'), history)
    await settle()
    expect(text()).toBe('')
    client.setState(signedIn())
    await settle()
    expect(text()).toBe('secret')
    expect([client.signIns, errors]).toEqual([[], []])
  },
)

it.each(modes)(
  '%s: sends others to sign in and back to path, query and hash',
  async (_, history, href) => {
    window.history.replaceState(null, '', href('/'))
    const client = createFakeAuthClient(neverSignedIn)
    const { router, text } = open(client, href('/'), history, {
      signInOptions: { loginHint: 'ada' },
    })
    await settle()
    void router.push('/secret?tab=2#part-3')
    await settle()
    expect(client.signIns).toEqual([{ loginHint: 'ada', returnTo: href('/secret?tab=2#part-3') }])
    expect(text()).toBe('home')
  },
)

it.each(modes)(
  '%s: goes on from the redirect URI to where the client has led the page',
  async (_, history, href) => {
    window.history.replaceState(null, '', href('/callback'))
    const client = createFakeAuthClient()
    const { router, text } = open(client, href('/callback'), history)
    await settle()
    window.history.replaceState(null, '', href('/secret?tab=2#part-3'))
    client.setState(signedIn())
    await settle()
    expect(text()).toBe('secret')
    expect(router.currentRoute.value.fullPath).toBe('/secret?tab=2#part-3')
    expect(location.pathname + location.search + location.hash).toBe(href('/secret?tab=2#part-3'))
  },
)

it('goes on from a redirect URI without a hash in hash mode', async () => {
  const client = createFakeAuthClient()
  const { text } = open(client, '/', createWebHashHistory)
  await settle()
  window.history.replaceState(null, '', '/#/secret')
  client.setState(signedIn())
  await settle()
  expect(text()).toBe('secret')
})

it('goes on where `navigate` has led the router', async () => {
  const client = createFakeAuthClient()
  const { router, text } = open(client, '/callback', createWebHistory)
  await settle()
  void router.replace('/secret#part-3')
  client.setState(signedIn())
  await settle()
  expect(text()).toBe('secret')
  expect(location.pathname + location.hash).toBe('/secret#part-3')
})

it('lets everybody pass to routes that require nothing, also beneath one that does', async () => {
  const client = createFakeAuthClient(neverSignedIn)
  const { router, text } = open(client, '/', createWebHistory)
  await settle()
  expect(text()).toBe('home')
  await router.push('/secret/teaser')
  expect(text()).toBe('teaser')
})

it('does not try again after a sign-in that failed', async () => {
  const client = createFakeAuthClient({ ...neverSignedIn, error: denied })
  const { router, text, errors } = open(client, '/', createWebHistory)
  await settle()
  await expect(router.push('/secret')).rejects.toBe(denied)
  await expect(router.push('/secret')).rejects.toBe(denied)
  expect([client.signIns, errors, text()]).toEqual([[], [denied, denied], 'home'])
})

it('leads from an ended session to a new one', async () => {
  const error = new SessionEndedError('refresh-token-refused', 'Over.')
  const client = createFakeAuthClient({ status: 'signed-out', reason: 'session-ended', error })
  open(client, '/secret', createWebHistory)
  await settle()
  expect(client.signIns).toEqual([{ returnTo: '/secret' }])
})

it('goes on after a sign-in in a popup', async () => {
  const client = createFakeAuthClient(neverSignedIn)
  const { text } = open(client, '/secret', createWebHistory, {
    signInOptions: { display: 'popup' },
  })
  await settle()
  client.setState(signedIn())
  await settle()
  expect(text()).toBe('secret')
})

it('ends the navigation when the page comes back without a sign-in', async () => {
  const client = createFakeAuthClient(neverSignedIn)
  const { router } = open(client, '/', createWebHistory)
  await settle()
  const navigation = router.push('/secret')
  const outcome = navigation.catch(String)
  await settle()
  client.setState(neverSignedIn)
  expect(await outcome).toContain('SignInRequiredError')
})

it('leaves the sign-in to the app where it wants that', async () => {
  const client = createFakeAuthClient({ ...neverSignedIn, error: denied })
  const { router, text } = open(client, '/secret#part-3', createWebHistory, {
    onSignedOut: ({ returnTo, error }) => ({
      path: '/sign-in',
      query: { returnTo, why: error?.code },
    }),
  })
  await settle()
  expect(text()).toBe('please sign in')
  expect(router.currentRoute.value.query).toEqual({
    returnTo: '/secret#part-3',
    why: 'access-denied',
  })
  expect(client.signIns).toEqual([])
})
