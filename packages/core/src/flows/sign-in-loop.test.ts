import { expect, it } from 'vitest'
import { settled } from '../environment/testing/fake-clock.js'
import { createSimulatedWorld, type SimulatedPage } from './testing/simulated-world.js'

/** Signs in whenever nobody is: on every change of the state. Gives the codes it was refused with. */
function guard({ auth }: SimulatedPage): string[] {
  const refusals: string[] = []
  const look = () => {
    if (auth.state.status !== 'signed-out' || refusals.length > 20) return
    auth.signIn().catch((error: { code: string }) => refusals.push(error.code))
  }
  auth.subscribe(look)
  look()
  return refusals
}

it('I-9, I-10: lets a guard that always signs in come to rest in a typed state, which a reload keeps', async () => {
  const world = createSimulatedWorld()
  let page = world.openPage()
  for (let visit = 1; visit <= 2; visit++) {
    const refusals = guard(page)
    await world.clock.until(page.auth.ready)
    await settled()
    expect(refusals).toEqual([])
    page = world.loadClient(page.tab.navigate('https://app.test/'))
  }
  for (let load = 1; load <= 2; load++) {
    const refusals = guard(page)
    await world.clock.until(page.auth.ready)
    await settled()
    expect(refusals).toEqual(['sign-in-loop', 'sign-in-loop'])
    expect(page.auth.state).toMatchObject({
      status: 'signed-out',
      error: { code: 'sign-in-loop' },
    })
    page = world.loadClient(page.tab.navigate('https://app.test/'))
  }
})

it('lets it come to rest where all storage is blocked', async () => {
  const world = createSimulatedWorld()
  world.browser.blockWebStorage(true)
  world.browser.store.fail('reject', Infinity)
  const page = world.openPage()
  const refusals = guard(page)
  await world.clock.until(page.auth.ready)
  await world.clock.advance(60_000)
  expect(refusals).toEqual([
    'unsupported-environment',
    'unsupported-environment',
    'sign-in-loop',
    'sign-in-loop',
  ])
})
