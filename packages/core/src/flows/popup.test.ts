/** A sign-in in a popup: every way it can end, told apart, with nothing left behind. */
import { onTestFinished, expect, it } from 'vitest'
import { assembleClient } from '../create-auth-client.js'
import { isAuthError } from '../errors.js'
import { simulatedIssuer } from './testing/simulated-protocol.js'
import {
  createSimulatedWorld,
  type SimulatedPage,
  type SimulatedWorld,
} from './testing/simulated-world.js'

it('signs in when the child has done it, and leaves no timer behind', async () => {
  const { world, page, begin } = await stage()
  const timers = world.clock.timers
  const { outcome, popup } = await begin()
  expect(page.auth.state).toEqual({ status: 'signing-in' })
  popup.arrive()
  await world.clock.advance(60_000)
  await comeBack(world, popup.url, 'code=alice')
  expect(await world.clock.until(outcome)).toBe('done')
  expect(page.auth.state).toMatchObject({ status: 'signed-in', user: { sub: 'alice' } })
  // those of the child pass
  await world.clock.advance(600_000)
  expect([popup.isOpen, world.clock.timers]).toEqual([false, timers])
})

it('F4: says for certain that the browser blocked it, and sends nobody anywhere', async () => {
  const { page, world } = await stage()
  page.tab.blockPopups(true)
  expect(await world.clock.until(signIn(page))).toBe('popup-blocked')
  expect(page.auth.state).toMatchObject({
    status: 'signed-out',
    reason: 'never-signed-in',
    error: { code: 'popup-blocked' },
  })
  expect(page.tab.destination).toBeUndefined()
})

it('shows that it was blocked also when nobody knew yet whether somebody is here', async () => {
  const world = createSimulatedWorld()
  const page = world.openPage({ proactiveRefresh: false })
  onTestFinished(() => page.auth.dispose())
  page.tab.blockPopups(true)
  page.tab.store.fail('hang')
  expect(page.auth.state.status).toBe('restoring')
  expect(await world.clock.until(signIn(page))).toBe('popup-blocked')
  await world.clock.advance(5000)
  expect(page.auth.state).toMatchObject({ status: 'signed-out', error: { code: 'popup-blocked' } })
})

it("says at once that storage: 'memory' has nothing to hand a session over by, and closes the window", async () => {
  const { page, world } = await stage({ storage: 'memory' })
  expect(await world.clock.until(signIn(page))).toBe('unsupported-environment')
  expect(page.tab.windows.map(({ isOpen, url }) => [isOpen, url])).toEqual([[false, 'about:blank']])
  expect(page.auth.state).toMatchObject({
    status: 'signed-out',
    error: { message: expect.stringContaining("storage: 'memory'") as string },
  })
})

it('F4: hears that the user closed it, when no COOP hides that', async () => {
  const { world, begin, page } = await stage()
  const timers = world.clock.timers
  const { outcome, popup } = await begin()
  popup.arrive()
  await world.clock.advance(30_000)
  expect(page.auth.state.status).toBe('signing-in')
  popup.close()
  expect(await world.clock.until(outcome, 5000)).toBe('popup-closed')
  expect(page.auth.state).toMatchObject({ status: 'signed-out', error: { code: 'popup-closed' } })
  expect(world.clock.timers).toBe(timers)
})

it('F4: does not take a popup for closed that COOP has cut off, at first or later', async () => {
  for (const later of [false, true]) {
    const { world, begin, page } = await stage()
    const { outcome, popup } = await begin()
    if (later) {
      popup.arrive()
      await world.clock.advance(5000)
    }
    popup.arrive(true)
    await world.clock.advance(300_000)
    expect(page.auth.state.status).toBe('signing-in')
    await comeBack(world, popup.url, 'code=alice')
    expect(await world.clock.until(outcome)).toBe('done')
  }
})

it('does not take a slow server for one with COOP, nor a quick user for a certain close', async () => {
  const { world, begin, page } = await stage()
  const { outcome, popup } = await begin()
  await world.clock.advance(20_000)
  popup.close()
  await world.clock.advance(60_000)
  expect(page.auth.state.status).toBe('signing-in')
  expect(await world.clock.until(outcome, 600_000)).toBe('sign-in-timeout')
})

it('takes the outcome of a child that was closed right after it', async () => {
  const { world, begin } = await stage()
  const { outcome, popup } = await begin()
  popup.arrive()
  await world.clock.advance(1000)
  popup.close()
  await comeBack(world, popup.url, 'code=alice')
  expect(await world.clock.until(outcome)).toBe('done')
})

it('ends after ten minutes', async () => {
  const { world, begin } = await stage()
  const timers = world.clock.timers
  const { outcome, popup } = await begin()
  popup.arrive(true)
  expect(await world.clock.until(outcome, 601_000)).toBe('sign-in-timeout')
  expect(world.clock.timers).toBe(timers)
})

it('ends at once when the app gives up, at any moment, and closes the window', async () => {
  const { world, page, begin } = await stage()
  const timers = world.clock.timers
  const controller = new AbortController()
  const { outcome, popup } = await begin({ signal: controller.signal })
  popup.arrive()
  await world.clock.advance(1000)
  controller.abort(new Error('enough'))
  expect(await outcome).toBe('sign-in-aborted')
  expect([popup.isOpen, page.auth.state.status]).toEqual([false, 'signed-out'])
  await world.clock.advance(0)
  expect(world.clock.timers).toBe(timers)
  const early = signIn(page, { signal: controller.signal })
  expect(await world.clock.until(early)).toBe('sign-in-aborted')
  expect(page.tab.windows.map(({ isOpen }) => isOpen)).toEqual([false, false])
})

it('tells what the authorization server or a check in the child refused', async () => {
  const { world, begin, page } = await stage()
  const { outcome, popup } = await begin()
  popup.arrive()
  await comeBack(world, popup.url, 'error=access_denied')
  expect(await world.clock.until(outcome)).toBe('access-denied')
  expect(page.auth.state).toMatchObject({ status: 'signed-out', error: { code: 'access-denied' } })
})

it('rejects when the claims of the user are refused by the app', async () => {
  const { world, begin } = await stage({
    claimsSchema: {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => ({ issues: [{ message: 'not of us' }] }),
      },
    },
  })
  const { outcome, popup } = await begin()
  await comeBack(world, popup.url, 'code=alice')
  expect(await world.clock.until(outcome)).toBe('invalid-id-token')
})

it('keeps the session through a step-up that comes to nothing', async () => {
  const { world, page, begin } = await stage()
  world.storeSession()
  page.tab.show()
  await world.clock.advance(0)
  const before = page.auth.state
  const { outcome, popup } = await begin({ acrValues: 'urn:mfa' })
  expect(page.auth.state).toBe(before)
  popup.arrive()
  await world.clock.advance(1000)
  popup.close()
  expect(await world.clock.until(outcome)).toBe('popup-closed')
  expect(page.auth.state).toBe(before)
})

it('goes on with a second popup when the first has failed', async () => {
  const { world, page, begin } = await stage()
  const first = await begin()
  const second = await begin()
  await comeBack(world, first.popup.url, 'error=access_denied')
  expect(await world.clock.until(first.outcome)).toBe('access-denied')
  expect(page.auth.state.status).toBe('signing-in')
  await comeBack(world, second.popup.url, 'code=alice')
  expect(await world.clock.until(second.outcome)).toBe('done')
  expect(page.auth.state.status).toBe('signed-in')
})

it('settles two popups that are both closed', async () => {
  const { world, begin } = await stage()
  const both = [await begin(), await begin()]
  for (const { popup } of both) popup.arrive()
  await world.clock.advance(1000)
  for (const { popup } of both) popup.close()
  const outcomes = Promise.all(both.map(({ outcome }) => outcome))
  expect(await world.clock.until(outcomes)).toEqual(['popup-closed', 'popup-closed'])
})

it('closes the window when the code for it does not load', async () => {
  const world = createSimulatedWorld()
  const tab = world.browser.openTab()
  const auth = assembleClient(
    { issuer: simulatedIssuer, clientId: 'spa', redirectUri: '/callback' },
    { ...tab.start, complete: () => Promise.reject(new Error('redeployed')) },
    { attempts: new Map(), callbacks: new Map() },
  )
  onTestFinished(() => auth.dispose())
  const outcome = auth.signIn({ display: 'popup' }).catch((error: unknown) => error)
  expect(await world.clock.until(outcome)).toMatchObject({ reason: 'code-not-loaded' })
  expect(tab.windows.map(({ isOpen }) => isOpen)).toEqual([false])
})

async function stage(options: Parameters<SimulatedWorld['openPage']>[0] = {}) {
  const world = createSimulatedWorld()
  const page = world.openPage({ proactiveRefresh: false, ...options })
  onTestFinished(() => page.auth.dispose())
  await world.clock.until(page.auth.ready)
  // what the client does by itself after the start is done
  await world.clock.advance(10_000)
  return {
    world,
    page,
    /** Clicks the button, and waits until the window is on its way. */
    async begin(signInOptions = {}) {
      const outcome = signIn(page, signInOptions)
      const popup = page.tab.windows.at(-1)!
      await world.clock.advance(0)
      expect(popup.url).toContain(simulatedIssuer)
      return { outcome, popup }
    },
  }
}

/** How it ended: `done`, or the code of the error. */
function signIn(page: SimulatedPage, options = {}): Promise<string> {
  return page.auth.signIn({ display: 'popup', ...options }).then(
    () => 'done',
    (error: unknown) => (isAuthError(error) ? error.code : String(error)),
  )
}

/** The authorization server sends the child back to the app. */
async function comeBack(world: SimulatedWorld, url: string, answer: string): Promise<void> {
  const state = new URL(url).searchParams.get('state')!
  const child = world.openPage({}, `https://app.test/callback?${answer}&state=${state}`)
  for (let look = 0; child.tab.isOpen && look < 20; look++) await world.clock.advance(50)
  expect(child.tab.isOpen).toBe(false)
}
