import { SignInRequiredError } from '@latchkey/core'
import { act } from '@testing-library/react'
import { StrictMode, Suspense } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, expect, it, vi } from 'vitest'
import { AuthProvider } from './auth-provider.js'
import { RequireAuth } from './require-auth.js'
import { SignedIn } from './signed-in.js'
import { SignedOut } from './signed-out.js'
import {
  createFakeAuthClient,
  signedIn,
  type FakeAuthClient,
} from './test-support/fake-auth-client.js'
import { useAuth } from './use-auth.js'
import { useAuthState } from './use-auth-state.js'
import { useSuspenseUser } from './use-suspense-user.js'
import { useUser } from './use-user.js'

const seen: string[] = []
function Page() {
  const auth = useAuth()
  const hint = useAuthState((state) => state.status === 'restoring' && state.hint)
  seen.push(auth.status)
  return (
    <main>
      {auth.status} {String(hint)} {useUser()?.name ?? 'nobody'}
      <SignedIn>in</SignedIn>
      <SignedOut>out</SignedOut>
      <RequireAuth fallback="wait">secret</RequireAuth>
    </main>
  )
}

function app(client: FakeAuthClient) {
  return (
    <StrictMode>
      <AuthProvider client={client}>
        <Page />
      </AuthProvider>
    </StrictMode>
  )
}

afterEach(() => void vi.restoreAllMocks())

it('renders the restoring state on a server, whatever the client knows', () => {
  const html = renderToString(app(createFakeAuthClient(signedIn())))
  expect(html.replaceAll('<!-- -->', '')).toBe('<main>restoring false nobodywait</main>')
})

it('hydrates without a warning when the browser already knows the user, and then shows them', async () => {
  const container = document.createElement('div')
  container.innerHTML = renderToString(app(createFakeAuthClient()))
  const report = vi.spyOn(console, 'error')
  const onRecoverableError = vi.fn<(error: unknown) => void>()
  seen.length = 0
  await act(async () =>
    hydrateRoot(container, app(createFakeAuthClient(signedIn())), { onRecoverableError }),
  )
  expect(container.textContent).toBe('signed-in false Adainsecret')
  expect([...new Set(seen)]).toEqual(['restoring', 'signed-in'])
  expect(onRecoverableError).not.toHaveBeenCalled()
  expect(report).not.toHaveBeenCalled()
})

it('hydrates without a warning while the session is restored with a hint', async () => {
  const container = document.createElement('div')
  container.innerHTML = renderToString(app(createFakeAuthClient()))
  const report = vi.spyOn(console, 'error')
  const onRecoverableError = vi.fn<(error: unknown) => void>()
  const client = createFakeAuthClient({ status: 'restoring', hint: true })
  await act(async () => hydrateRoot(container, app(client), { onRecoverableError }))
  expect(container.textContent).toBe('restoring true nobodywait')
  await act(async () => client.setState(signedIn()))
  expect(container.textContent).toBe('signed-in false Adainsecret')
  expect(onRecoverableError).not.toHaveBeenCalled()
  expect(report).not.toHaveBeenCalled()
})

it('leaves a suspended part to the browser', async () => {
  function Name() {
    return useSuspenseUser().name
  }
  const page = (client: FakeAuthClient) => (
    <AuthProvider client={client}>
      <Suspense fallback="wait">
        <Name />
      </Suspense>
    </AuthProvider>
  )
  vi.stubGlobal('window', undefined)
  const html = renderToString(page(createFakeAuthClient()))
  vi.unstubAllGlobals()
  expect(html).toContain('wait')
  const container = document.createElement('div')
  container.innerHTML = html
  await act(async () =>
    hydrateRoot(container, page(createFakeAuthClient(signedIn())), {
      // React tells that the server gave this part up.
      onRecoverableError: (error) => expect(error).not.toBeInstanceOf(SignInRequiredError),
    }),
  )
  expect(container.textContent).toBe('Ada')
})
