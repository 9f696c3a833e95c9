import { SignInFailedError } from '@latchkey/core'
import { createPinia, defineStore } from 'pinia'
import { createApp, defineComponent, h, KeepAlive, nextTick, ref, Suspense } from 'vue'
import { expect, it, vi } from 'vitest'
import { createFakeAuthClient, signedIn } from './test-support/fake-auth-client.js'
import { mountWith } from './test-support/mount.js'
import { useAuth, type Auth } from './use-auth.js'
import { useAuthClient } from './use-auth-client.js'
import { useAuthReady } from './use-auth-ready.js'
import { useUser } from './use-user.js'

it('gives the state, refs of what is looked up most, and the actions of the client', async () => {
  const client = createFakeAuthClient()
  let auth: Auth | undefined
  mountWith(client, {
    setup() {
      auth = useAuth()
      return () => undefined
    },
  })
  function values() {
    return [auth!.status, auth!.isRestoring, auth!.isSignedIn, auth!.user].map(({ value }) => value)
  }
  expect(values()).toEqual(['restoring', true, false, undefined])
  client.setState(signedIn({ sub: 'ada' }))
  expect(values()).toEqual(['signed-in', false, true, { sub: 'ada' }])
  expect(auth?.state.value).toBe(client.state)
  const error = new SignInFailedError('access-denied', 'No.')
  client.setState({ status: 'signed-out', reason: 'never-signed-in', error })
  expect(values()).toEqual(['signed-out', false, false, undefined])
  expect(auth?.error.value).toBe(error)
  expect(auth?.signIn).toBe(client.signIn)
  expect(auth?.getAccessToken).toBe(client.getAccessToken)
})

it('renders nothing on twenty refreshes if only the user is used, and once when the status flips', async () => {
  const client = createFakeAuthClient()
  let renders = 0
  const { text } = mountWith(client, {
    setup() {
      const { user } = useAuth()
      return () => {
        renders += 1
        return user.value?.name ?? 'nobody'
      }
    },
  })
  client.setState(signedIn())
  await nextTick()
  expect([text(), renders]).toEqual(['Ada', 2])
  for (let i = 0; i < 20; i++) {
    client.refresh()
    await nextTick()
  }
  expect(renders).toBe(2)
  void client.signOut()
  await nextTick()
  expect([text(), renders]).toEqual(['nobody', 3])
})

it('renders on a refresh if what the refresh does is used', async () => {
  const client = createFakeAuthClient(signedIn())
  const { text } = mountWith(client, {
    setup() {
      const { state } = useAuth()
      return () => (state.value.status === 'signed-in' ? String(state.value.expiresAt) : '')
    },
  })
  client.refresh()
  await nextTick()
  expect(text()).toBe('2000')
})

it('serves two apps and two clients on one page, and leaves no listener behind', async () => {
  const [first, second] = [createFakeAuthClient(signedIn()), createFakeAuthClient(signedIn())]
  const page = defineComponent(() => {
    const user = useUser()
    return () => user.value?.name ?? 'nobody'
  })
  const apps = [mountWith(first, page), mountWith(first, page), mountWith(second, page)]
  void first.signOut()
  await nextTick()
  expect(apps.map(({ text }) => text())).toEqual(['nobody', 'nobody', 'Ada'])
  for (const { app } of apps) app.unmount()
  expect([first.listenerCount, second.listenerCount]).toEqual([0, 0])
})

it('keeps a page that <KeepAlive> has put aside up to date', async () => {
  const client = createFakeAuthClient(signedIn())
  const shows = ref(true)
  const page = defineComponent({
    name: 'UserPage',
    setup() {
      const user = useUser()
      return () => h('p', user.value?.name ?? 'nobody')
    },
  })
  const { text, app } = mountWith(client, () =>
    h(KeepAlive, null, { default: () => (shows.value ? h(page) : h('p', 'elsewhere')) }),
  )
  shows.value = false
  await nextTick()
  void client.signOut()
  expect(text()).toBe('elsewhere')
  shows.value = true
  await nextTick()
  expect(text()).toBe('nobody')
  app.unmount()
  expect(client.listenerCount).toBe(0)
})

it('works in a Pinia store, which outlives the component', async () => {
  const client = createFakeAuthClient(signedIn())
  const useSession = defineStore('session', () => {
    const { user, isSignedIn, signOut } = useAuth()
    return { user, isSignedIn, signOut }
  })
  const { text, app } = mountWith(
    client,
    {
      setup() {
        const session = useSession()
        return () => `${session.user?.name} ${session.isSignedIn}`
      },
    },
    (app) => app.use(createPinia()),
  )
  expect(text()).toBe('Ada true')
  await app.runWithContext(() => useSession()).signOut()
  await nextTick()
  expect(text()).toBe('undefined false')
})

it('waits beneath <Suspense> until the session is restored', async () => {
  const client = createFakeAuthClient()
  const page = defineComponent({
    async setup() {
      const { user } = await useAuthReady()
      return () => user.value?.name
    },
  })
  const { text, app } = mountWith(client, () =>
    h(Suspense, null, { default: () => h(page), fallback: () => 'wait' }),
  )
  for (let i = 0; i < 5; i++) await nextTick()
  expect(text()).toBe('wait')
  client.setState(signedIn())
  await vi.waitFor(() => expect(text()).toBe('Ada'))
  void client.signOut()
  await nextTick()
  expect(text()).toBe('')
  app.unmount()
  expect(client.listenerCount).toBe(0)
})

it('works outside of components, within an app', () => {
  const client = createFakeAuthClient(signedIn())
  const { app } = mountWith(client, () => undefined)
  expect(app.runWithContext(() => useUser().value?.name)).toBe('Ada')
  expect(app.runWithContext(() => useAuthClient())).toBe(client)
})

it('names the plugin to install when there is none', () => {
  const app = createApp({
    setup() {
      useAuth()
    },
    render: () => undefined,
  })
  const errors: unknown[] = []
  app.config.errorHandler = (error) => errors.push(error)
  app.mount(document.createElement('div'))
  expect(String(errors[0])).toBe(
    'ConfigurationError: client: install the plugin: app.use(createAuthPlugin(auth))',
  )
})
