import { act } from '@testing-library/react'
import { SignInFailedError } from '@latchkey/core'
import { Suspense } from 'react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createFakeAuthClient, notReadYet, signedIn } from './test-support/fake-auth-client.js'
import { Boundary, renderWith } from './test-support/render.js'
import { useSuspenseUser } from './use-suspense-user.js'

function Name() {
  return useSuspenseUser().name
}

const page = (
  <Boundary>
    <Suspense fallback="wait">
      <Name />
    </Suspense>
  </Boundary>
)

// React reports what an error boundary catches.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined))
afterEach(() => void vi.restoreAllMocks())

it('suspends while the session is restored, then gives the user', async () => {
  const client = createFakeAuthClient()
  const { container } = renderWith(client, page, { strict: true })
  expect(container.textContent).toBe('wait')
  await act(async () => client.setState(signedIn()))
  expect(container.textContent).toBe('Ada')
})

it('suspends while a store that did not answer is tried again', async () => {
  const client = createFakeAuthClient(notReadYet)
  const { container } = renderWith(client, page)
  await act(async () => undefined)
  expect(container.textContent).toBe('wait')
  await act(async () => client.setState(signedIn()))
  expect(container.textContent).toBe('Ada')
})

it('throws to the error boundary why nobody is signed in', async () => {
  const client = createFakeAuthClient()
  const { container } = renderWith(client, page)
  const error = new SignInFailedError('access-denied', 'The user said no.')
  await act(async () => client.setState({ status: 'signed-out', reason: 'never-signed-in', error }))
  expect(container.textContent).toBe('SignInFailedError: The user said no.')
})

it('throws that a sign-in is required when the user signs out', async () => {
  const client = createFakeAuthClient(signedIn())
  const { container } = renderWith(client, page)
  await act(() => client.signOut())
  expect(container.textContent).toContain('SignInRequiredError')
})
