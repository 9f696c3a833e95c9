import { SignInFailedError } from '@latchkey/core'
import { defineComponent, h, nextTick } from 'vue'
import { expect, it } from 'vitest'
import { SignedIn } from './signed-in.js'
import { SignedOut } from './signed-out.js'
import { createFakeAuthClient, notReadYet, signedIn } from './test-support/fake-auth-client.js'
import { mountWith } from './test-support/mount.js'

const page = () => [h(SignedIn, () => 'in'), h(SignedOut, () => 'out')]

it('shows neither part while it is unknown who is here', () => {
  for (const state of [{ status: 'restoring', hint: true } as const, notReadYet])
    expect(mountWith(createFakeAuthClient(state), page).text()).toBe('')
})

it('shows the part that fits, and keeps what the signed-out see while a popup is open', async () => {
  const client = createFakeAuthClient(signedIn())
  const { text } = mountWith(client, page)
  expect(text()).toBe('in')
  client.setState({ status: 'signed-out', reason: 'signed-out' })
  await nextTick()
  expect(text()).toBe('out')
  client.setState({ status: 'signing-in' })
  await nextTick()
  expect(text()).toBe('out')
})

it('hands user, error and actions to the slots', async () => {
  const client = createFakeAuthClient(signedIn())
  const { text } = mountWith(client, () => [
    h(SignedIn, ({ user }: { user: { name?: string } }) => `hello ${user.name}`),
    h(
      SignedOut,
      (auth: Parameters<NonNullable<InstanceType<typeof SignedOut>['$slots']['default']>>[0]) =>
        auth.status === 'signed-out'
          ? `${auth.error?.code} ${auth.signIn === client.signIn}`
          : auth.status,
    ),
  ])
  expect(text()).toBe('hello Ada')
  const error = new SignInFailedError('access-denied', 'No.')
  client.setState({ status: 'signed-out', reason: 'never-signed-in', error })
  await nextTick()
  expect(text()).toBe('access-denied true')
  client.setState({ status: 'signed-out', reason: 'signed-out' })
  await nextTick()
  expect(text()).toBe('undefined true')
})

it('mounts the slot afresh for another person, and only then', async () => {
  const client = createFakeAuthClient(signedIn({ sub: 'ada' }))
  let mounts = 0
  const form = defineComponent({
    setup() {
      mounts += 1
      return () => 'form'
    },
  })
  mountWith(client, () => h(SignedIn, () => h(form)))
  client.setState(signedIn({ sub: 'ada', name: 'Ada L.' }))
  client.refresh()
  await nextTick()
  expect(mounts).toBe(1)
  client.setState(signedIn({ sub: 'bob' }))
  await nextTick()
  expect(mounts).toBe(2)
})
