import { act } from '@testing-library/react'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { SignedIn } from './signed-in.js'
import { SignedOut } from './signed-out.js'
import { SignInFailedError } from '@latchkey/core'
import { createFakeAuthClient, notReadYet, signedIn } from './test-support/fake-auth-client.js'
import { renderWith } from './test-support/render.js'

const page = (
  <>
    <SignedIn>in</SignedIn>
    <SignedOut>out</SignedOut>
  </>
)

it('shows neither part while it is unknown who is here', () => {
  for (const state of [{ status: 'restoring', hint: true } as const, notReadYet])
    expect(renderWith(createFakeAuthClient(state), page).container.textContent).toBe('')
})

it('shows the part that fits', () => {
  const client = createFakeAuthClient(signedIn())
  const { container } = renderWith(client, page)
  expect(container.textContent).toBe('in')
  act(() => client.setState({ status: 'signed-out', reason: 'signed-out' }))
  expect(container.textContent).toBe('out')
})

it('keeps what the signed-out see while a popup is open', () => {
  const client = createFakeAuthClient({ status: 'signed-out', reason: 'never-signed-in' })
  const { container } = renderWith(client, page)
  act(() => client.setState({ status: 'signing-in' }))
  expect(container.textContent).toBe('out')
})

it('hands the user and the error to children that are functions', () => {
  const client = createFakeAuthClient(signedIn())
  const { container } = renderWith(
    client,
    <>
      <SignedIn>{(user) => `hello ${user.name}`}</SignedIn>
      <SignedOut>
        {(state) => (state.status === 'signed-out' ? (state.error?.code ?? 'welcome') : 'wait')}
      </SignedOut>
    </>,
  )
  expect(container.textContent).toBe('hello Ada')
  const error = new SignInFailedError('access-denied', 'No.')
  act(() => client.setState({ status: 'signed-out', reason: 'never-signed-in', error }))
  expect(container.textContent).toBe('access-denied')
})

it('mounts the children afresh for another person, and only then', () => {
  const client = createFakeAuthClient(signedIn({ sub: 'ada' }))
  let mounts = 0
  function Form() {
    return useState(() => (mounts += 1))[0]
  }
  renderWith(
    client,
    <SignedIn>
      <Form />
    </SignedIn>,
  )
  act(() => client.setState(signedIn({ sub: 'ada', name: 'Ada L.' })))
  act(() => client.refresh())
  expect(mounts).toBe(1)
  act(() => client.setState(signedIn({ sub: 'bob' })))
  expect(mounts).toBe(2)
})
