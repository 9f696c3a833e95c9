import { act } from '@testing-library/react'
import { SessionEndedError, SignInFailedError, type AuthState } from '@latchkey/core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { RequireAuth, type RequireAuthProps } from './require-auth.js'
import { createFakeAuthClient, notReadYet, signedIn } from './test-support/fake-auth-client.js'
import { Boundary, renderWith } from './test-support/render.js'

const neverSignedIn: AuthState = { status: 'signed-out', reason: 'never-signed-in' }
const denied = new SignInFailedError('access-denied', 'The user said no.')

function Protected(props: RequireAuthProps) {
  return (
    <Boundary>
      <RequireAuth fallback="wait" {...props}>
        {props.children ?? 'secret'}
      </RequireAuth>
    </Boundary>
  )
}

// React reports what an error boundary catches.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined))
afterEach(() => void vi.restoreAllMocks())

it('shows the fallback while the session is restored, then the children', () => {
  const client = createFakeAuthClient()
  const { container } = renderWith(client, <Protected />)
  expect(container.textContent).toBe('wait')
  act(() => client.setState(signedIn()))
  expect(container.textContent).toBe('secret')
  expect(client.signIns).toEqual([])
})

it('shows the fallback, not the error, while a store that did not answer is tried again', () => {
  const client = createFakeAuthClient(notReadYet)
  const { container } = renderWith(client, <Protected />)
  expect(container.textContent).toBe('wait')
  act(() => client.setState(signedIn()))
  expect(container.textContent).toBe('secret')
  expect(client.signIns).toEqual([])
})

it('hands the user to children that are a function', () => {
  const client = createFakeAuthClient(signedIn())
  const { container } = renderWith(client, <Protected>{(user) => user.name}</Protected>)
  expect(container.textContent).toBe('Ada')
})

it('sends the signed-out to sign in once, under StrictMode and with two of them on the page', async () => {
  const client = createFakeAuthClient(neverSignedIn)
  const { container } = renderWith(
    client,
    <>
      <Protected signInOptions={{ prompt: 'login' }} />
      <Protected />
    </>,
    { strict: true },
  )
  await act(async () => undefined)
  expect(client.signIns).toEqual([{ prompt: 'login' }])
  expect(container.textContent).toBe('waitwait')
})

it('shows the sign-in page instead, if there is one', () => {
  const client = createFakeAuthClient(neverSignedIn)
  const { container } = renderWith(client, <Protected signedOut="please sign in" />)
  expect(container.textContent).toBe('please sign in')
  expect(client.signIns).toEqual([])
})

it('hands the reason to a sign-in page that is a function', () => {
  const client = createFakeAuthClient({ ...neverSignedIn, error: denied })
  const { container } = renderWith(
    client,
    <Protected signedOut={(state) => state.error?.code ?? state.reason} />,
  )
  expect(container.textContent).toBe('access-denied')
})

it('does not try again after a sign-in that failed: the error goes to the boundary', async () => {
  const client = createFakeAuthClient({ ...neverSignedIn, error: denied })
  const { container } = renderWith(client, <Protected />)
  await act(async () => undefined)
  expect(client.signIns).toEqual([])
  expect(container.textContent).toBe('SignInFailedError: The user said no.')
})

it('gives the boundary the error of an automatic sign-in that fails on the spot', async () => {
  const client = createFakeAuthClient(neverSignedIn)
  const { container } = renderWith(client, <Protected />)
  await act(async () => {
    client.failSignIn(denied)
    client.setState({ ...neverSignedIn, error: denied })
    await Promise.resolve()
  })
  expect(client.signIns).toHaveLength(1)
  expect(container.textContent).toBe('SignInFailedError: The user said no.')
})

it('sends a user whose session has ended to sign in again', () => {
  const client = createFakeAuthClient(signedIn())
  const { container } = renderWith(client, <Protected />)
  const error = new SessionEndedError('refresh-token-refused', 'Over.')
  act(() => client.setState({ status: 'signed-out', reason: 'session-ended', error }))
  expect(client.signIns).toHaveLength(1)
  expect(container.textContent).toBe('wait')
})

it('leaves an idle user signed out', () => {
  const client = createFakeAuthClient(signedIn())
  const { container } = renderWith(client, <Protected />)
  const error = new SessionEndedError('idle', 'Idle for 30 minutes.')
  act(() => client.setState({ status: 'signed-out', reason: 'session-ended', error }))
  expect(client.signIns).toEqual([])
  expect(container.textContent).toBe('SessionEndedError: Idle for 30 minutes.')
})

it('does not sign in again whoever has just signed out', async () => {
  const client = createFakeAuthClient(signedIn())
  const { container } = renderWith(client, <Protected />, { strict: true })
  await act(() => client.signOut())
  expect(client.signIns).toEqual([])
  expect(container.textContent).toBe('wait')
})
