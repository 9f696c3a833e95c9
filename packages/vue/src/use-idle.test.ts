import { nextTick } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createFakeAuthClient, signedIn } from './test-support/fake-auth-client.js'
import { mountWith } from './test-support/mount.js'
import { useAuthEvent } from './use-auth-event.js'
import { useIdle } from './use-idle.js'

beforeEach(
  () => void vi.useFakeTimers({ now: 1_000_000, toFake: ['Date', 'setInterval', 'clearInterval'] }),
)
afterEach(() => void vi.useRealTimers())

const warned = (signOutAt = 1_060_000) => signedIn(undefined, { signOutAt })

const dialog = {
  setup() {
    const idle = useIdle()
    return () => (idle.value ? `signing out in ${idle.value.secondsLeft} s` : 'active')
  },
}

it('counts down from the warning to the end, or until the user is active again', async () => {
  const client = createFakeAuthClient(signedIn())
  const { text } = mountWith(client, dialog)
  expect(text()).toBe('active')
  client.setState(warned())
  await nextTick()
  expect(text()).toBe('signing out in 60 s')
  vi.advanceTimersByTime(10_000)
  await nextTick()
  expect(text()).toBe('signing out in 50 s')
  vi.advanceTimersByTime(60_000)
  await nextTick()
  expect(text()).toBe('signing out in 0 s')
  client.setState(signedIn())
  await nextTick()
  expect(text()).toBe('active')
  expect(vi.getTimerCount()).toBe(0)
})

it('shows a countdown that was running before it was mounted', async () => {
  vi.advanceTimersByTime(25_000)
  const { text } = mountWith(createFakeAuthClient(warned()), dialog)
  expect(text()).toBe('signing out in 35 s')
  vi.advanceTimersByTime(5_000)
  await nextTick()
  expect(text()).toBe('signing out in 30 s')
})

it('keeps the user signed in on demand', () => {
  const client = createFakeAuthClient(signedIn())
  const { app } = mountWith(client, () => undefined)
  const idle = app.runWithContext(() => useIdle())
  client.setState(warned())
  expect(idle.value?.signOutAt).toBe(1_060_000)
  idle.value?.staySignedIn()
  expect(client.activityReports).toBe(1)
})

it('disappears with the session, and leaves no timer and no listener', async () => {
  const client = createFakeAuthClient(signedIn())
  const { text, app } = mountWith(client, dialog)
  client.setState(warned())
  await nextTick()
  void client.signOut()
  await nextTick()
  expect(text()).toBe('active')
  expect(vi.getTimerCount()).toBe(0)
  client.setState(signedIn())
  client.setState(warned(1_090_000))
  await nextTick()
  expect(text()).toBe('signing out in 90 s')
  app.unmount()
  expect(vi.getTimerCount()).toBe(0)
  expect(client.listenerCount).toBe(0)
})

it('listens to events until the component unmounts', () => {
  const client = createFakeAuthClient()
  const heard: string[] = []
  const { app } = mountWith(client, {
    setup() {
      useAuthEvent('signed-in', ({ subject }) => heard.push(subject))
      return () => undefined
    },
  })
  client.emit('signed-in', { subject: 'ada' })
  app.unmount()
  client.emit('signed-in', { subject: 'eve' })
  expect(heard).toEqual(['ada'])
})
