import { tamperWithSession } from '../../support/home-database.js'
import { expect, test } from '../../support/test.js'

for (const [name, value] of [
  ['a text', 'garbage'],
  ['an empty object', {}],
  ['a record without tokens', { v: 1, minReader: 1, state: 'signed-in' }],
  ['an array', [1, 2, 3]],
] as const)
  test(`a corrupt session record (${name}) means signed out, and signing in again works`, async ({
    start,
  }) => {
    const scene = await start()
    const tab = await scene.signIn()
    await tamperWithSession(tab.page, { put: value })
    const other = await scene.openTab('/other')
    await other.untilStatus('signed-out')
    expect(await other.state()).not.toHaveProperty('user')
    await other.page.click('#sign-in')
    // the provider still knows the user
    await other.untilStatus('signed-in')
    expect((await other.call('notes')).status).toBe(200)
    await tab.untilStatus('signed-in')
  })
