import { act, render } from '@testing-library/react'
import { StrictMode, useState } from 'react'
import { expect, it, vi } from 'vitest'
import { AuthProvider } from './auth-provider.js'
import { createFakeAuthClient, signedIn } from './test-support/fake-auth-client.js'
import { Boundary, renderWith } from './test-support/render.js'
import { useAuth, type Auth } from './use-auth.js'
import { useAuthClient } from './use-auth-client.js'

it('gives the state and the actions of the client', () => {
  const client = createFakeAuthClient(signedIn())
  let auth: Auth | undefined
  function Page() {
    auth = useAuth()
    return auth.status === 'signed-in' ? auth.user.name : 'nobody'
  }
  const { container } = renderWith(client, <Page />)
  expect(container.textContent).toBe('Ada')
  expect(auth?.signIn).toBe(client.signIn)
  expect(auth?.getAccessToken).toBe(client.getAccessToken)
  expect({ ...auth }).toMatchObject(client.state)
})

it('renders nothing on a background refresh if only the user is used', () => {
  const client = createFakeAuthClient(signedIn())
  let renders = 0
  function Page() {
    renders += 1
    const auth = useAuth()
    return auth.status === 'signed-in' ? auth.user.name : null
  }
  renderWith(client, <Page />)
  expect(renders).toBe(1)
  for (let i = 0; i < 20; i++) act(() => client.refresh())
  expect(renders).toBe(1)
})

it('renders on a refresh if what the refresh does is used', () => {
  const client = createFakeAuthClient(signedIn())
  const seen: string[] = []
  function Page() {
    const auth = useAuth()
    if (auth.status === 'signed-in') seen.push(`${auth.refresh} ${auth.expiresAt}`)
    return null
  }
  renderWith(client, <Page />)
  act(() => client.setState({ ...signedIn(), refresh: 'running' }))
  act(() => client.setState({ ...signedIn(), expiresAt: 2_000 }))
  expect(seen).toEqual(['idle 1000', 'running 1000', 'idle 2000'])
})

it('shows the present value of a member that is used for the first time in a later render', () => {
  const client = createFakeAuthClient(signedIn())
  const seen: unknown[] = []
  let reveal: (value: boolean) => void = () => undefined
  function Page() {
    const [shows, setShows] = useState(false)
    reveal = setShows
    const auth = useAuth()
    seen.push(auth.status === 'signed-in' && shows && auth.expiresAt)
    return null
  }
  renderWith(client, <Page />)
  act(() => client.refresh())
  act(() => reveal(true))
  act(() => client.refresh())
  expect(seen).toEqual([false, 2_000, 3_000])
})

it('renders once when the status flips', () => {
  const client = createFakeAuthClient()
  const seen: string[] = []
  function Page() {
    const auth = useAuth()
    seen.push(auth.status)
    return auth.status === 'signed-in' ? auth.user.name : null
  }
  renderWith(client, <Page />)
  act(() => client.setState(signedIn()))
  act(() => client.setState({ status: 'signed-out', reason: 'signed-out' }))
  expect(seen).toEqual(['restoring', 'signed-in', 'signed-out'])
})

it('keeps the object of an earlier render as it was when the user signs out', () => {
  const client = createFakeAuthClient(signedIn())
  const rendered: Auth[] = []
  function Page() {
    const auth = useAuth()
    rendered.push(auth)
    return auth.status
  }
  renderWith(client, <Page />)
  act(() => client.setState({ status: 'signed-out', reason: 'signed-out' }))
  expect(rendered.map((auth) => auth.status)).toEqual(['signed-in', 'signed-out'])
  expect('user' in rendered[1]!).toBe(false)
})

it('keeps one object while nothing changes', () => {
  const client = createFakeAuthClient(signedIn())
  const seen = new Set<Auth>()
  let again: (value: number) => void = () => undefined
  function Page() {
    again = useState(0)[1]
    seen.add(useAuth())
    return null
  }
  renderWith(client, <Page />)
  act(() => again(1))
  act(() => client.refresh())
  expect(seen.size).toBe(1)
})

it('leaves no listener behind, under StrictMode too', () => {
  const client = createFakeAuthClient(signedIn())
  function Page() {
    return useAuth().status
  }
  const { unmount } = renderWith(client, <Page />, { strict: true })
  expect(client.listenerCount).toBe(1)
  unmount()
  expect(client.listenerCount).toBe(0)
})

it('serves two roots and two clients on one page', () => {
  const [first, second] = [createFakeAuthClient(signedIn()), createFakeAuthClient(signedIn())]
  function Page() {
    const auth = useAuth()
    return auth.status === 'signed-in' ? auth.user.name : auth.status
  }
  const roots = [
    renderWith(first, <Page />),
    renderWith(first, <Page />),
    renderWith(second, <Page />),
  ]
  act(() => first.setState({ status: 'signed-out', reason: 'signed-out' }))
  expect(roots.map(({ container }) => container.textContent)).toEqual([
    'signed-out',
    'signed-out',
    'Ada',
  ])
})

it('follows a provider that gets another client, as hot reload does', () => {
  const [before, after] = [createFakeAuthClient(), createFakeAuthClient(signedIn())]
  function Page() {
    return useAuth().status
  }
  const { container, rerender } = render(
    <AuthProvider client={before}>
      <Page />
    </AuthProvider>,
  )
  rerender(
    <AuthProvider client={after}>
      <Page />
    </AuthProvider>,
  )
  expect(container.textContent).toBe('signed-in')
  expect(before.listenerCount).toBe(0)
})

it('names the component to add when there is no provider', () => {
  function Page() {
    return useAuthClient().state.status
  }
  const report = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const { container } = render(
    <StrictMode>
      <Boundary>
        <Page />
      </Boundary>
    </StrictMode>,
  )
  report.mockRestore()
  expect(container.textContent).toContain('ConfigurationError')
  expect(container.textContent).toContain('<AuthProvider client={auth}>')
})
