import { act } from '@testing-library/react'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { createFakeAuthClient, signedIn } from './test-support/fake-auth-client.js'
import { renderWith } from './test-support/render.js'
import { useAuthState } from './use-auth-state.js'
import { useUser } from './use-user.js'

it('renders only when what the selector picks changes', () => {
  const client = createFakeAuthClient(signedIn())
  let renders = 0
  function Page() {
    renders += 1
    return useAuthState((state) => (state.status === 'signed-in' ? state.persistence : 'none'))
  }
  const { container } = renderWith(client, <Page />)
  act(() => client.refresh())
  expect(renders).toBe(1)
  act(() => client.setState(signedIn(undefined, { persistence: 'memory' })))
  expect(renders).toBe(2)
  expect(container.textContent).toBe('memory')
})

it('keeps the value of an inline selector that builds objects, as long as they are equal', () => {
  const client = createFakeAuthClient(signedIn({ sub: 'ada', roles: ['admin'] }))
  const seen = new Set<unknown>()
  let renders = 0
  let again: (value: number) => void = () => undefined
  function Page() {
    renders += 1
    again = useState(0)[1]
    const roles = useAuthState(
      (state) => (state.status === 'signed-in' ? [...(state.user['roles'] as string[])] : []),
      (a, b) => a.join() === b.join(),
    )
    seen.add(roles)
    return roles.join()
  }
  const { container } = renderWith(client, <Page />)
  act(() => client.refresh())
  expect(renders).toBe(1)
  act(() => again(1))
  act(() => client.setState(signedIn({ sub: 'ada', roles: ['admin'] })))
  expect(seen.size).toBe(1)
  act(() => client.setState(signedIn({ sub: 'ada', roles: ['admin', 'editor'] })))
  expect(container.textContent).toBe('admin,editor')
  expect(seen.size).toBe(2)
})

it('does not loop when a selector builds a new object each time', () => {
  const client = createFakeAuthClient(signedIn())
  let renders = 0
  function Page() {
    renders += 1
    return useAuthState((state) => ({ status: state.status })).status
  }
  renderWith(client, <Page />)
  act(() => client.refresh())
  // A refresh is two changes in one batch: one render.
  expect(renders).toBe(2)
})

it('uses the newest closure of the selector', () => {
  const client = createFakeAuthClient(signedIn({ sub: 'ada', email: 'ada@example.com' }))
  let choose: (claim: string) => void = () => undefined
  function Page() {
    const [claim, setClaim] = useState('sub')
    choose = setClaim
    return useAuthState((state) => (state.status === 'signed-in' ? String(state.user[claim]) : ''))
  }
  const { container } = renderWith(client, <Page />)
  act(() => choose('email'))
  expect(container.textContent).toBe('ada@example.com')
})

it('gives the whole state without a selector', () => {
  const client = createFakeAuthClient()
  function Page() {
    return useAuthState().status
  }
  const { container } = renderWith(client, <Page />)
  expect(container.textContent).toBe('restoring')
})

it('gives the user, and renders nothing on twenty refreshes', () => {
  const client = createFakeAuthClient()
  let renders = 0
  function Name() {
    renders += 1
    return useUser()?.name ?? 'nobody'
  }
  const { container } = renderWith(client, <Name />)
  expect(container.textContent).toBe('nobody')
  act(() => client.setState(signedIn()))
  expect(container.textContent).toBe('Ada')
  for (let i = 0; i < 20; i++) act(() => client.refresh())
  expect(renders).toBe(2)
})
