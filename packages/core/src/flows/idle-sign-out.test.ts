import { expect, it } from 'vitest'
import '../flows/idle-sign-out.js'
import type { AuthEvents } from '../session/event.js'
import { createSimulatedWorld } from './testing/simulated-world.js'

const minute = 60_000
const options = { idleTimeoutMs: 30 * minute, proactiveRefresh: false }

async function openIdlePages(count: number) {
  const world = createSimulatedWorld()
  world.storeSession()
  const pages = Array.from({ length: count }, () => world.openPage(options))
  for (const { auth } of pages) await world.clock.until(auth.ready)
  await world.clock.advance(1000)
  const warnings: AuthEvents['idle-warning'][] = []
  pages[0]?.auth.on('idle-warning', (warning) => warnings.push(warning))
  return { world, pages, warnings, startedAt: world.clock.now() - 1000 }
}

const statuses = (pages: { auth: { state: { status: string } } }[]) =>
  pages.map(({ auth }) => auth.state.status)

it('ends the session in all tabs together, once, after the idle time', async () => {
  const { world, pages } = await openIdlePages(3)
  await world.clock.advance(30 * minute - 5000)
  expect(statuses(pages)).toEqual(['signed-in', 'signed-in', 'signed-in'])
  await world.clock.advance(5000)
  expect(statuses(pages)).toEqual(['signed-out', 'signed-out', 'signed-out'])
  for (const { auth, events } of pages) {
    expect(auth.state).toMatchObject({ reason: 'session-ended', error: { code: 'idle' } })
    expect(events.filter(({ type }) => type === 'session-ended')).toHaveLength(1)
  }
  expect(world.record()).toMatchObject({ state: 'ended', accessTokens: {} })
  expect(world.record()).not.toHaveProperty('refreshToken')
})

it('ends nothing while one tab is in use', async () => {
  const { world, pages } = await openIdlePages(2)
  for (let passed = 0; passed < 90; passed += 10) {
    pages[1]?.tab.press()
    await world.clock.advance(10 * minute)
  }
  expect(statuses(pages)).toEqual(['signed-in', 'signed-in'])
})

it('warns a minute before, and takes the warning back when the user is active in another tab', async () => {
  const { world, pages, warnings, startedAt } = await openIdlePages(2)
  await world.clock.advance(29 * minute)
  expect(warnings).toHaveLength(1)
  expect(warnings[0]?.at).toBeGreaterThanOrEqual(startedAt + 30 * minute)
  pages[1]?.tab.press()
  await world.clock.advance(1000)
  expect(warnings[1]).toEqual({ at: undefined })
  await world.clock.advance(28 * minute)
  expect(statuses(pages)).toEqual(['signed-in', 'signed-in'])
})

it('keeps the moment of the sign-out in the state while the warning runs, through a refresh', async () => {
  const { world, pages, warnings } = await openIdlePages(2)
  const { auth } = pages[0]!
  expect(auth.state).toMatchObject({ signOutAt: undefined })
  await world.clock.advance(29 * minute)
  const signOutAt = warnings[0]?.at
  expect(auth.state).toMatchObject({ signOutAt: expect.any(Number) as number })
  await world.clock.until(auth.getAccessToken({ forceRefresh: true }))
  expect(auth.state).toMatchObject({ status: 'signed-in', signOutAt })
  pages[1]?.tab.press()
  await world.clock.advance(1000)
  expect(auth.state).toMatchObject({ signOutAt: undefined })
})

it('counts activity that the app reports', async () => {
  const { world, pages } = await openIdlePages(1)
  await world.clock.advance(20 * minute)
  pages[0]?.auth.reportActivity()
  await world.clock.advance(20 * minute)
  expect(statuses(pages)).toEqual(['signed-in'])
})

it('does not show a session whose user was idle for too long while no page was open', async () => {
  const { world, pages } = await openIdlePages(1)
  pages[0]?.tab.press()
  await world.clock.advance(1000)
  pages[0]?.tab.close()
  await world.clock.advance(31 * minute)
  const page = world.openPage(options)
  const shown: string[] = []
  page.auth.subscribe(() => shown.push(page.auth.state.status))
  await world.clock.until(page.auth.ready)
  expect(shown).toEqual(['signed-out'])
  expect(page.auth.state).toMatchObject({ error: { code: 'idle' } })
})

it('leaves no timer behind when the client is disposed', async () => {
  const { world, pages } = await openIdlePages(1)
  pages[0]?.auth.dispose()
  await world.clock.advance(60 * minute)
  expect(world.record()).toMatchObject({ state: 'signed-in' })
})
