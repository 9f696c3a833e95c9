import { tamperWithSession } from '../../support/home-database.js'
import { randomFrom, seedOfRun } from '../../support/random.js'
import { storageFaults, type StorageFault } from '../../support/storage-faults.js'
import {
  abandonSignIns,
  breakAtTheStart,
  breakWhileSignedIn,
} from '../../support/storage-stories.js'
import { expect, test } from '../../support/test.js'

for (const fault of Object.keys(storageFaults) as StorageFault[])
  test(`S11: ${fault}, in a page that is signed in, costs it nothing; what it got meanwhile is stored later`, async ({
    start,
  }) => {
    await breakWhileSignedIn(await start(), fault)
  })

for (const fault of ['an open that never answers', 'an open that is refused'] as const)
  test(`S11: ${fault}, at the start, ends the restoring within 3 s, and the session appears when the storage is well`, async ({
    start,
  }) => {
    expect(await breakAtTheStart(await start(), fault)).toBeLessThanOrEqual(3000)
  })

test('S11: a thousand abandoned sign-ins leave twenty records at most', async ({ start }) => {
  await abandonSignIns(await start(), 1000)
})

test('S11: two hundred corrupt records mean signed out or the session, never an error, and the user can go on', async ({
  start,
}) => {
  const seed = seedOfRun()
  test.info().annotations.push({ type: 'seed', description: String(seed - 1) })
  const random = randomFrom(seed)
  const scene = await start()
  const tab = await scene.signIn()
  const whole = await tab.page.evaluate(() => indexedDB.databases().then((all) => all.length))
  expect(whole).toBe(1)
  for (let round = 0; round < 200; round++) {
    await tamperWithSession(tab.page, corruption(random))
    await tab.page.reload()
    await expect(tab.page.locator('#status')).not.toHaveText('restoring')
    const { status } = await tab.state()
    if (status === 'signed-out') await tab.page.click('#sign-in')
    await tab.untilStatus('signed-in')
  }
  expect(scene.issuer.reuseDetections).toBe(0)
})

const fields = [
  'v',
  'minReader',
  'generation',
  'state',
  'sessionId',
  'signOuts',
  'issuer',
  'clientId',
  'subject',
  'claims',
  'scope',
  'refreshToken',
  'accessTokens',
  'intent',
  'failure',
]

/** Something that cannot be a record, or a record of which some fields make no sense. */
function corruption(random: () => number): Parameters<typeof tamperWithSession>[1] {
  const odd = [null, 'x', -1, 1e300, true, [], {}, { id: 7 }, { generation: 'x' }]
  const any = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)]!
  if (random() < 0.2) return { put: any(odd) ?? 'gone' }
  const names = [any(fields), any(fields)].slice(0, random() < 0.5 ? 1 : 2)
  return { changes: Object.fromEntries(names.map((name) => [name, any(odd)])) }
}
