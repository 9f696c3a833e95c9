import { SignInFailedError, type AuthState } from '@latchkey/core'
import type { GuardOptions } from '@latchkey/core/bindings'
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  redirect,
  RouterProvider,
  type AnyRouter,
} from '@tanstack/react-router'
import { act, render } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { requireAuthBeforeLoad } from './tanstack-router.js'
import {
  createFakeAuthClient,
  notReadYet,
  signedIn,
  type FakeAuthClient,
} from './test-support/fake-auth-client.js'

const neverSignedIn: AuthState = { status: 'signed-out', reason: 'never-signed-in' }
const denied = new SignInFailedError('access-denied', 'The user said no.')

async function open(client: FakeAuthClient, path: string, options?: GuardOptions) {
  const rootRoute = createRootRoute({ errorComponent: ({ error }) => String(error) })
  const requireAuth = requireAuthBeforeLoad(client, options)
  const secretRoute = createRoute({
    getParentRoute: () => rootRoute,
    path: '/secret',
    beforeLoad: requireAuth,
    pendingComponent: () => 'wait',
    errorComponent: ({ error }) => String(error),
    // The user is typed and there for the loader and for the routes beneath.
    loader: ({ context }) => context.user.name,
    component: function Secret() {
      return <>secret of {secretRoute.useLoaderData()}</>
    },
  })
  const routeTree = rootRoute.addChildren([
    createRoute({ getParentRoute: () => rootRoute, path: '/', component: () => 'home' }),
    createRoute({
      getParentRoute: () => rootRoute,
      path: '/sign-in',
      component: () => 'please sign in',
    }),
    secretRoute,
  ])
  const router: AnyRouter = createRouter({
    routeTree,
    history: createMemoryHistory({ initialEntries: [path] }),
    defaultPendingMs: 0,
    defaultPendingMinMs: 0,
  })
  const { container } = render(<RouterProvider router={router} />)
  await settle()
  return { router, container }
}

/** The router does its work in steps of its own. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await act(() => new Promise((resolve) => setTimeout(resolve)))
}

beforeEach(() => {
  vi.stubGlobal('scrollTo', () => undefined)
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

it('waits for the session, then lets the signed-in pass with the user in the context', async () => {
  const client = createFakeAuthClient()
  const { container } = await open(client, '/secret')
  expect(container.textContent).toBe('wait')
  client.setState(signedIn())
  await settle()
  expect(container.textContent).toBe('secret of Ada')
  expect(client.signIns).toEqual([])
})

it('waits while a store that did not answer is tried again', async () => {
  const client = createFakeAuthClient(notReadYet)
  const { container } = await open(client, '/secret')
  expect(container.textContent).toBe('wait')
  client.setState(signedIn())
  await settle()
  expect(container.textContent).toBe('secret of Ada')
})

it('sends others to sign in and back to path, query and hash', async () => {
  const client = createFakeAuthClient(neverSignedIn)
  const { container } = await open(client, '/secret?tab=2#part-3')
  expect(client.signIns).toEqual([{ returnTo: '/secret?tab=2#part-3' }])
  expect(container.textContent).toBe('wait')
})

it('does not try again after a sign-in that failed', async () => {
  const client = createFakeAuthClient({ ...neverSignedIn, error: denied })
  const { container, router } = await open(client, '/secret')
  expect(container.textContent).toBe('SignInFailedError: The user said no.')
  await act(() => router.navigate({ to: '/' }))
  await act(() => router.navigate({ to: '/secret' }))
  expect(container.textContent).toBe('SignInFailedError: The user said no.')
  expect(client.signIns).toEqual([])
})

it('sends nobody away for a link that is only preloaded', async () => {
  const client = createFakeAuthClient(neverSignedIn)
  const { container, router } = await open(client, '/')
  await act(() => router.preloadRoute({ to: '/secret' }))
  expect(client.signIns).toEqual([])
  expect(container.textContent).toBe('home')
  void router.navigate({ to: '/secret' })
  await settle()
  expect(client.signIns).toEqual([{ returnTo: '/secret' }])
})

it('leaves the sign-in to the app where it wants that', async () => {
  const client = createFakeAuthClient(neverSignedIn)
  const { container, router } = await open(client, '/secret', {
    onSignedOut: ({ returnTo }) => {
      throw redirect({ to: '/sign-in', search: { returnTo } }) as unknown as Error
    },
  })
  expect(container.textContent).toBe('please sign in')
  expect(router.state.location.search).toEqual({ returnTo: '/secret' })
  expect(client.signIns).toEqual([])
})
