import { SessionEndedError, SignInFailedError, type AuthState } from '@latchkey/core'
import { defineComponent, h, KeepAlive, nextTick, ref, type Slot } from 'vue'
import { expect, it } from 'vitest'
import { RequireAuth } from './require-auth.js'
import {
  createFakeAuthClient,
  notReadYet,
  signedIn,
  type FakeAuthClient,
} from './test-support/fake-auth-client.js'
import { mountWith } from './test-support/mount.js'

const neverSignedIn: AuthState = { status: 'signed-out', reason: 'never-signed-in' }
const denied = new SignInFailedError('access-denied', 'The user said no.')

function protect(client: FakeAuthClient, slots: Record<string, Slot> = {}, props = {}) {
  const errors: unknown[] = []
  const { text } = mountWith(
    client,
    () => h(RequireAuth, props, { default: () => ['secret'], fallback: () => ['wait'], ...slots }),
    (app) => (app.config.errorHandler = (error) => errors.push(error)),
  )
  return { text, errors }
}

/** Lets promises and renders settle. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await nextTick()
}

it('shows the fallback while the session is restored, then the default slot', async () => {
  const client = createFakeAuthClient()
  const { text } = protect(client, { default: ({ user }) => [user.name] })
  expect(text()).toBe('wait')
  client.setState(signedIn())
  await settle()
  expect(text()).toBe('Ada')
  expect(client.signIns).toEqual([])
})

it('shows the fallback, not the error, while a store that did not answer is tried again', async () => {
  const client = createFakeAuthClient(notReadYet)
  const { text, errors } = protect(client)
  await settle()
  expect(text()).toBe('wait')
  client.setState(signedIn())
  await settle()
  expect(text()).toBe('secret')
  expect([client.signIns, errors]).toEqual([[], []])
})

it('sends the signed-out to sign in once, with two of them on the page', async () => {
  const client = createFakeAuthClient(neverSignedIn)
  const { text } = mountWith(client, () => [
    h(RequireAuth, { signInOptions: { prompt: 'login' } }, { fallback: () => 'wait' }),
    h(RequireAuth),
  ])
  await settle()
  expect(client.signIns).toEqual([{ prompt: 'login' }])
  expect(text()).toBe('wait')
})

it('shows the sign-in page instead, if there is one, with the reason and the actions', async () => {
  const client = createFakeAuthClient({ ...neverSignedIn, error: denied })
  const { text, errors } = protect(client, {
    'signed-out': (auth) => [h('p', `${auth.error.code} ${auth.signIn === client.signIn}`)],
  })
  await settle()
  expect(text()).toBe('access-denied true')
  expect([client.signIns, errors]).toEqual([[], []])
})

it('does not try again after a sign-in that failed: the error goes to the handlers', async () => {
  const client = createFakeAuthClient({ ...neverSignedIn, error: denied })
  const { errors } = protect(client)
  await settle()
  expect([client.signIns, errors]).toEqual([[], [denied]])
})

it('gives the handlers the error of an automatic sign-in that fails on the spot, once', async () => {
  const client = createFakeAuthClient(neverSignedIn)
  const { errors } = protect(client)
  await settle()
  client.setState({ ...neverSignedIn, error: denied })
  client.failSignIn(denied)
  await settle()
  expect(client.signIns).toHaveLength(1)
  expect(errors).toEqual([denied])
})

it('gives the handlers an error that the state does not hold', async () => {
  const client = createFakeAuthClient(neverSignedIn)
  const { errors } = protect(client)
  const failure = new TypeError('A chunk did not load.')
  client.failSignIn(failure)
  await settle()
  expect(errors).toEqual([failure])
})

it('sends a user whose session has ended to sign in again', async () => {
  const client = createFakeAuthClient(signedIn())
  const { text } = protect(client)
  const error = new SessionEndedError('refresh-token-refused', 'Over.')
  client.setState({ status: 'signed-out', reason: 'session-ended', error })
  await settle()
  expect(client.signIns).toHaveLength(1)
  expect(text()).toBe('wait')
})

it('leaves an idle user signed out', async () => {
  const client = createFakeAuthClient(signedIn())
  const { errors } = protect(client)
  const error = new SessionEndedError('idle', 'Idle for 30 minutes.')
  client.setState({ status: 'signed-out', reason: 'session-ended', error })
  await settle()
  expect([client.signIns, errors]).toEqual([[], [error]])
})

it('does not sign in again whoever has just signed out', async () => {
  const client = createFakeAuthClient(signedIn())
  const { text } = protect(client)
  await client.signOut()
  await settle()
  expect(client.signIns).toEqual([])
  expect(text()).toBe('wait')
})

it('sends nobody away from a page that <KeepAlive> has put aside, until it is shown again', async () => {
  const client = createFakeAuthClient(signedIn())
  const shows = ref(true)
  const page = defineComponent({ name: 'SecretPage', setup: () => () => h(RequireAuth) })
  mountWith(client, () =>
    h(KeepAlive, null, { default: () => (shows.value ? h(page) : h('p', 'elsewhere')) }),
  )
  shows.value = false
  await settle()
  const error = new SessionEndedError('refresh-token-refused', 'Over.')
  client.setState({ status: 'signed-out', reason: 'session-ended', error })
  await settle()
  expect(client.signIns).toEqual([])
  shows.value = true
  await settle()
  expect(client.signIns).toHaveLength(1)
})
