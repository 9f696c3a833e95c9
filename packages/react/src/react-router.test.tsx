import { SessionEndedError, SignInFailedError, type AuthState } from '@latchkey/core'
import { act, render } from '@testing-library/react'
import {
  createBrowserRouter,
  createMemoryRouter,
  isRouteErrorResponse,
  Outlet,
  redirect,
  useRouteError,
  type RouteObject,
} from 'react-router'
import { RouterProvider } from 'react-router/dom'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { authMiddleware, requireAuthLoader, type RouteGuardOptions } from './react-router.js'
import {
  createFakeAuthClient,
  notReadYet,
  signedIn,
  type FakeAuthClient,
} from './test-support/fake-auth-client.js'

const neverSignedIn: AuthState = { status: 'signed-out', reason: 'never-signed-in' }
const denied = new SignInFailedError('access-denied', 'The user said no.')

function ErrorPage() {
  const error = useRouteError()
  return isRouteErrorResponse(error) ? error.statusText : String(error)
}

function routes(secret: Partial<RouteObject>): RouteObject[] {
  return [
    {
      path: '/',
      HydrateFallback: () => 'wait',
      ErrorBoundary: ErrorPage,
      children: [
        { index: true, Component: () => 'home' },
        { path: 'sign-in', Component: () => 'please sign in' },
        {
          path: 'secret',
          Component: () => <Outlet />,
          children: [{ index: true, Component: () => 'secret' }],
          ...secret,
        } as RouteObject,
      ],
    },
  ]
}

async function open(secret: Partial<RouteObject>, path = '/secret') {
  const router = createMemoryRouter(routes(secret), { initialEntries: [path] })
  const { container } = render(<RouterProvider router={router} />)
  await act(async () => undefined)
  return { router, container }
}

// React Router reports the errors it hands to error elements.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined))
afterEach(() => void vi.restoreAllMocks())

const guards: [
  string,
  (client: FakeAuthClient, options?: RouteGuardOptions) => Partial<RouteObject>,
][] = [
  ['loader', (client, options) => ({ loader: requireAuthLoader(client, options) })],
  ['middleware', (client, options) => ({ middleware: [authMiddleware(client, options)] })],
]

it.each(guards)('%s: waits while a store that did not answer is tried again', async (_, guard) => {
  const client = createFakeAuthClient(notReadYet)
  const { container } = await open(guard(client))
  expect(container.textContent).toBe('wait')
  await act(async () => client.setState(signedIn()))
  expect(container.textContent).toBe('secret')
  expect(client.signIns).toEqual([])
})

it.each(guards)('%s: waits for the session, then lets the signed-in pass', async (_, guard) => {
  const client = createFakeAuthClient()
  const { container } = await open(guard(client))
  expect(container.textContent).toBe('wait')
  await act(async () => client.setState(signedIn()))
  expect(container.textContent).toBe('secret')
  expect(client.signIns).toEqual([])
})

it.each(guards)('%s: sends others to sign in and back to path and query', async (_, guard) => {
  const client = createFakeAuthClient(neverSignedIn)
  const { container } = await open(
    guard(client, { signInOptions: { loginHint: 'ada' } }),
    '/secret?tab=2',
  )
  expect(client.signIns).toEqual([{ loginHint: 'ada', returnTo: '/secret?tab=2' }])
  expect(container.textContent).toBe('wait')
})

it.each(guards)('%s: does not try again after a sign-in that failed', async (_, guard) => {
  const client = createFakeAuthClient({ ...neverSignedIn, error: denied })
  const { container, router } = await open(guard(client))
  expect(container.textContent).toBe('SignInFailedError: The user said no.')
  await act(() => router.navigate('/'))
  await act(() => router.navigate('/secret'))
  expect(container.textContent).toBe('SignInFailedError: The user said no.')
  expect(client.signIns).toEqual([])
})

it.each(guards)('%s: leads from an ended session to a new one', async (_, guard) => {
  const error = new SessionEndedError('refresh-token-refused', 'Over.')
  const client = createFakeAuthClient({ status: 'signed-out', reason: 'session-ended', error })
  await open(guard(client))
  expect(client.signIns).toEqual([{ returnTo: '/secret' }])
})

it.each(guards)('%s: goes on after a sign-in in a popup', async (_, guard) => {
  const client = createFakeAuthClient(neverSignedIn)
  const { container } = await open(guard(client, { signInOptions: { display: 'popup' } }))
  await act(async () => client.setState(signedIn()))
  expect(container.textContent).toBe('secret')
})

it.each(guards)(
  '%s: shows why when the sign-in fails, and when the page comes back without one',
  async (_, guard) => {
    const client = createFakeAuthClient(neverSignedIn)
    const { container, router } = await open(guard(client))
    await act(async () => client.failSignIn(denied))
    expect(container.textContent).toBe('SignInFailedError: The user said no.')
    await act(async () => client.setState(neverSignedIn))
    await act(() => router.navigate('/'))
    await act(async () => void router.navigate('/secret'))
    await act(async () => client.setState(neverSignedIn))
    expect(container.textContent).toContain('SignInRequiredError')
    expect(client.signIns).toHaveLength(2)
  },
)

it.each(guards)('%s: leaves the sign-in to the app where it wants that', async (_, guard) => {
  const client = createFakeAuthClient(neverSignedIn)
  const { container, router } = await open(
    guard(client, {
      onSignedOut: ({ returnTo }) => {
        throw redirect(`/sign-in?${new URLSearchParams({ returnTo })}`) as unknown as Error
      },
    }),
  )
  expect(container.textContent).toBe('please sign in')
  expect(router.state.location.search).toBe('?returnTo=%2Fsecret')
  expect(client.signIns).toEqual([])
})

it('asks for one sign-in when parent and child are both guarded', async () => {
  const client = createFakeAuthClient(neverSignedIn)
  const guard = requireAuthLoader(client)
  await open({
    loader: guard,
    children: [{ index: true, loader: guard, Component: () => 'secret' }],
  })
  expect(client.signIns).toHaveLength(1)
})

it('runs before the loaders beneath, as middleware', async () => {
  const client = createFakeAuthClient()
  const loader = vi.fn<() => null>(() => null)
  const { container } = await open({
    middleware: [authMiddleware(client)],
    children: [{ index: true, loader, Component: () => 'secret' }],
  })
  expect(loader).not.toHaveBeenCalled()
  await act(async () => client.setState(signedIn()))
  expect(loader).toHaveBeenCalledOnce()
  expect(container.textContent).toBe('secret')
})

it('ends its waiting when the user navigates elsewhere', async () => {
  const client = createFakeAuthClient(neverSignedIn)
  const { container, router } = await open({ loader: requireAuthLoader(client) }, '/')
  await act(async () => void router.navigate('/secret'))
  await act(() => router.navigate('/sign-in'))
  expect(container.textContent).toBe('please sign in')
})

it('rejects with the reason of a navigation that was given up', async () => {
  const client = createFakeAuthClient(neverSignedIn)
  const navigation = new AbortController()
  const request = new Request('https://app.test/secret', { signal: navigation.signal })
  const outcome = requireAuthLoader(client)({ request }).catch(String)
  await act(async () => undefined)
  navigation.abort(new Error('The user went elsewhere.'))
  expect(await outcome).toBe('Error: The user went elsewhere.')
})

it('keeps the hash of a deep link, which no request carries', async () => {
  window.history.replaceState(null, '', '/secret?tab=2#part-3')
  const client = createFakeAuthClient(neverSignedIn)
  const router = createBrowserRouter(routes({ loader: requireAuthLoader(client) }))
  await act(async () => undefined)
  router.dispose()
  expect(client.signIns).toEqual([{ returnTo: '/secret?tab=2#part-3' }])
})

it('does not borrow the hash of the page the user comes from', async () => {
  window.history.replaceState(null, '', '/#top')
  const client = createFakeAuthClient(neverSignedIn)
  const router = createBrowserRouter(routes({ loader: requireAuthLoader(client) }))
  await act(async () => undefined)
  await act(async () => void router.navigate('/secret'))
  router.dispose()
  expect(client.signIns).toEqual([{ returnTo: '/secret' }])
})

it('comes back to where the app says', async () => {
  const client = createFakeAuthClient(neverSignedIn)
  const returnTo = (request: Request): string => `/#${new URL(request.url).pathname}`
  await open({ loader: requireAuthLoader(client, { returnTo }) })
  expect(client.signIns).toEqual([{ returnTo: '/#/secret' }])
})
