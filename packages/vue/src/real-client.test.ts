// @vitest-environment node
import './test-support/dom-in-node.js'
import { expect, it } from 'vitest'
import { h, nextTick, type Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import {
  createSimulatedWorld,
  names,
  type SimulatedWorld,
} from '../../core/src/flows/testing/simulated-world.js'
import { RequireAuth } from './require-auth.js'
import { SignedOut } from './signed-out.js'
import { mountWith } from './test-support/mount.js'
import { useAuth } from './use-auth.js'
import { createAuthGuard } from './vue-router.js'

/** Lets client and components do what they do in this time. */
async function pass(world: SimulatedWorld, ms = 0): Promise<void> {
  await world.clock.advance(ms)
  await nextTick()
}

const secret: Component = () =>
  h(RequireAuth, null, { default: () => 'secret', fallback: () => 'wait' })

it('shows a stored session, and renders nothing for the user on refreshes', async () => {
  const world = createSimulatedWorld()
  world.storeSession('alice')
  const { auth } = world.openPage()
  const renders = { name: 0, refresh: 0 }
  const name = {
    setup() {
      const { user } = useAuth()
      return () => ((renders.name += 1), user.value?.name ?? 'nobody')
    },
  }
  const refresh = {
    setup() {
      const { state } = useAuth()
      return () => {
        renders.refresh += 1
        return state.value.status === 'signed-in' ? state.value.refresh : 'none'
      }
    },
  }
  const { text } = mountWith(auth, () => [h(name), h(refresh)])
  expect(text()).toBe('nobodynone')
  await pass(world)
  expect(text()).toBe('aliceidle')
  const before = { ...renders }
  for (let i = 0; i < 5; i++) {
    await world.clock.until(auth.getAccessToken({ forceRefresh: true }))
    await nextTick()
  }
  expect(world.server.uses).toHaveLength(5)
  expect(renders.name).toBe(before.name)
  expect(renders.refresh).toBeGreaterThan(before.refresh)
})

it('signs out in all tabs', async () => {
  const world = createSimulatedWorld()
  world.storeSession('alice')
  const [here, there] = [world.openPage(), world.openPage()]
  const { text } = mountWith(there.auth, () => h(SignedOut, () => 'please sign in'))
  await pass(world)
  expect(text()).toBe('')
  void here.auth.signOut()
  await pass(world, 500)
  expect(text()).toBe('please sign in')
})

it('leaves once for the sign-in, whoever else asks, and comes back to the place that was asked for', async () => {
  const world = createSimulatedWorld()
  const leaving = world.openPage({}, 'https://app.test/orders?open=1#latest')
  const { text, app } = mountWith(leaving.auth, () => [h(secret), h(secret)])
  await pass(world, 100)
  expect(text()).toBe('waitwait')
  expect(Object.keys(world.browser.store.peek(names.requests) as object)).toHaveLength(1)
  app.unmount()

  const state = new URL(leaving.tab.destination!).searchParams.get('state')!
  const { accessToken } = world.server.signIn('alice')
  const url = `https://app.test/callback?${new URLSearchParams({ state, code: accessToken })}`
  const { auth, tab } = world.loadClient(leaving.tab.navigate(url))
  const page = mountWith(auth, secret)
  expect(page.text()).toBe('wait')
  await pass(world, 1000)
  expect(page.text()).toBe('secret')
  expect(tab.start.page.url()).toBe('https://app.test/orders?open=1#latest')
  expect(tab.destination).toBeUndefined()
})

it('does not leave the guard hanging when the page comes back from the back/forward cache', async () => {
  const world = createSimulatedWorld()
  const { auth, tab } = world.openPage()
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:any(.*)', component: secret, meta: { requiresAuth: true } }],
  })
  router.beforeEach(createAuthGuard(auth))
  router.onError(() => undefined)
  const outcome = router.push('/orders').catch(String)
  await pass(world, 100)
  expect(auth.state.status).toBe('signing-in')
  expect(await tab.enterBackForwardCache()).toBe(true)
  tab.leaveBackForwardCache()
  await pass(world, 100)
  expect(await world.clock.until(outcome)).toContain('SignInRequiredError')
})
