import { act } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createFakeAuthClient, signedIn } from './test-support/fake-auth-client.js'
import { renderWith } from './test-support/render.js'
import { useIdle, type IdleWarning } from './use-idle.js'

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }))
afterEach(() => void vi.useRealTimers())

const warned = signedIn(undefined, { signOutAt: 1_060_000 })

let idle: IdleWarning | undefined
function Dialog() {
  idle = useIdle()
  return idle ? `signing out in ${idle.secondsLeft} s` : 'active'
}

it('counts down from the warning to the end', () => {
  const client = createFakeAuthClient(signedIn())
  const { container } = renderWith(client, <Dialog />, { strict: true })
  expect(container.textContent).toBe('active')
  act(() => client.setState(warned))
  expect(container.textContent).toBe('signing out in 60 s')
  act(() => void vi.advanceTimersByTime(10_000))
  expect(container.textContent).toBe('signing out in 50 s')
  act(() => void vi.advanceTimersByTime(60_000))
  expect(container.textContent).toBe('signing out in 0 s')
})

it('shows a countdown that was running before it was mounted', () => {
  vi.advanceTimersByTime(25_000)
  const { container } = renderWith(createFakeAuthClient(warned), <Dialog />)
  expect(container.textContent).toBe('signing out in 35 s')
  act(() => void vi.advanceTimersByTime(5_000))
  expect(container.textContent).toBe('signing out in 30 s')
})

it('ends the countdown when the user is active again, in whichever tab', () => {
  const client = createFakeAuthClient(signedIn())
  const { container } = renderWith(client, <Dialog />)
  act(() => client.setState(warned))
  idle?.staySignedIn()
  expect(client.activityReports).toBe(1)
  act(() => client.setState(signedIn()))
  expect(container.textContent).toBe('active')
  expect(vi.getTimerCount()).toBe(0)
})

it('disappears with the session, and leaves no timer and no listener', () => {
  const client = createFakeAuthClient(signedIn())
  const { container, unmount } = renderWith(client, <Dialog />)
  act(() => client.setState(warned))
  act(() => client.setState({ status: 'signed-out', reason: 'session-ended' }))
  expect(container.textContent).toBe('active')
  expect(vi.getTimerCount()).toBe(0)
  act(() => client.setState(signedIn()))
  expect(container.textContent).toBe('active')
  unmount()
  expect(client.listenerCount).toBe(0)
})
