// @vitest-environment node
import './test-support/dom-in-node.js'
import { act } from '@testing-library/react'
import { expect, it } from 'vitest'
import {
  createSimulatedWorld,
  names,
  type SimulatedWorld,
} from '../../core/src/flows/testing/simulated-world.js'
import { requireAuthLoader } from './react-router.js'
import { RequireAuth } from './require-auth.js'
import { SignedOut } from './signed-out.js'
import { renderWith } from './test-support/render.js'
import { useAuth } from './use-auth.js'
import { useUser } from './use-user.js'

function countRenders() {
  const counts = { name: 0, refresh: 0 }
  function Name() {
    counts.name += 1
    const auth = useAuth()
    return <p>{auth.status === 'signed-in' ? auth.user.name : 'nobody'}</p>
  }
  function OnlyUser() {
    counts.name += 1
    return <p>{useUser()?.name}</p>
  }
  function Refresh() {
    counts.refresh += 1
    const auth = useAuth()
    return <p>{auth.status === 'signed-in' ? auth.refresh : 'none'}</p>
  }
  const page = [<Name key="1" />, <OnlyUser key="2" />, <Refresh key="3" />]
  return { counts, page }
}

/** Lets the client do what it does without time passing. */
async function pass(world: SimulatedWorld, ms = 0): Promise<void> {
  await act(() => world.clock.advance(ms))
}

it('shows a stored session, and renders nothing for the user on refreshes', async () => {
  const world = createSimulatedWorld()
  world.storeSession('alice')
  const { auth } = world.openPage()
  const { counts, page } = countRenders()
  const { container } = renderWith(auth, page)
  expect(container.textContent).toBe('nobodynone')
  await pass(world)
  expect(container.textContent).toBe('alicealiceidle')
  const before = { ...counts }
  for (let i = 0; i < 5; i++) {
    const token = auth.getAccessToken({ forceRefresh: true })
    await act(() => world.clock.until(token))
  }
  expect(world.server.uses).toHaveLength(5)
  expect(counts.name).toBe(before.name)
  expect(counts.refresh).toBeGreaterThan(before.refresh)
})

it('signs out in all tabs', async () => {
  const world = createSimulatedWorld()
  world.storeSession('alice')
  const [here, there] = [world.openPage(), world.openPage()]
  const page = <SignedOut>please sign in</SignedOut>
  const { container } = renderWith(there.auth, page)
  await pass(world)
  expect(container.textContent).toBe('')
  void here.auth.signOut()
  await pass(world, 500)
  expect(container.textContent).toBe('please sign in')
})

it('leaves once for the sign-in under StrictMode, whoever else asks', async () => {
  const world = createSimulatedWorld()
  const { auth, tab } = world.openPage({}, 'https://app.test/orders?open=1#latest')
  const { container } = renderWith(
    auth,
    <>
      <RequireAuth fallback="wait">secret</RequireAuth>
      <RequireAuth fallback="wait">secret</RequireAuth>
    </>,
    { strict: true },
  )
  void requireAuthLoader(auth)({ request: new Request('https://app.test/orders') })
  await pass(world, 100)
  expect(container.textContent).toBe('waitwait')
  expect(new URL(tab.destination!).origin).toBe('https://as.test')
  expect(auth.state.status).toBe('signing-in')
  const pending = Object.keys(world.browser.store.peek(names.requests) as object)
  expect(pending).toHaveLength(1)
})

it('comes back signed in, at the place that was asked for', async () => {
  const world = createSimulatedWorld()
  const leaving = world.openPage({}, 'https://app.test/orders?open=1#latest')
  const before = renderWith(leaving.auth, <RequireAuth>secret</RequireAuth>, { strict: true })
  await pass(world, 100)
  before.unmount()
  const state = new URL(leaving.tab.destination!).searchParams.get('state')!
  const { accessToken } = world.server.signIn('alice')
  const url = `https://app.test/callback?${new URLSearchParams({ state, code: accessToken })}`
  const { auth, tab } = world.loadClient(leaving.tab.navigate(url))
  const { container } = renderWith(auth, <RequireAuth fallback="wait">secret</RequireAuth>)
  expect(container.textContent).toBe('wait')
  await pass(world, 1000)
  expect(container.textContent).toBe('secret')
  expect(tab.start.page.url()).toBe('https://app.test/orders?open=1#latest')
  expect(tab.destination).toBeUndefined()
})

it('does not leave the guard hanging when the page comes back from the back/forward cache', async () => {
  const world = createSimulatedWorld()
  const { auth, tab } = world.openPage()
  const outcome = requireAuthLoader(auth)({ request: new Request('https://app.test/') }).catch(
    String,
  )
  await pass(world, 100)
  expect(auth.state.status).toBe('signing-in')
  expect(await tab.enterBackForwardCache()).toBe(true)
  tab.leaveBackForwardCache()
  await pass(world, 100)
  expect(auth.state.status).toBe('signed-out')
  expect(await world.clock.until(outcome)).toContain('SignInRequiredError')
})
