// Ways through the provider and back to a page with React or Vue.
import { expect } from '@playwright/test'
import { expectNoFlash, type BindingPage } from './binding-pages.js'
import { continueAs, type Scene } from './scene.js'
import { tabOn, type Tab } from './tab.js'

/** All orders in which three tabs can finish; the first one is that in which they began. */
export const ordersOfThree = [
  [0, 1, 2],
  [2, 1, 0],
  [1, 2, 0],
  [2, 0, 1],
  [1, 0, 2],
  [0, 2, 1],
]

export async function openBlank(scene: Scene, profile = scene.context): Promise<Tab> {
  return tabOn(await profile.newPage(), scene.oracle.facts)
}

/** What the page shows from here on counts: before, it was right to say that nobody is signed in. */
export async function continueHere(tab: Tab): Promise<void> {
  await expect(tab.page.getByRole('button', { name: 'Continue as Ada' })).toBeVisible()
  tab.forgetFacts()
  await continueAs(tab.page)
}

export async function expectOrder(
  scene: Scene,
  tab: Tab,
  page: BindingPage,
  path: string,
): Promise<void> {
  await expect(tab.page.getByRole('heading')).toHaveText(/^Order \d$/)
  await expect(tab.page.locator('#user')).toHaveText('Ada Lovelace')
  expect(tab.page.url()).toBe(scene.app.origin + page.at(path))
  expectNoFlash(tab)
}

export function authorizationRequests(scene: Scene) {
  return scene.proxy.exchanges.filter(({ url }) => url.startsWith('/authorize?'))
}

/** Begins a sign-in in each of three tabs of a new profile, and finishes them in another order. */
export async function finishInOrder(
  scene: Scene,
  page: BindingPage,
  order: readonly number[],
): Promise<void> {
  scene.issuer.clearEvents()
  const profile = await scene.newProfile()
  const tabs: Tab[] = []
  for (const n of [0, 1, 2]) {
    const tab = await openBlank(scene, profile)
    await tab.page.goto(scene.app.origin + page.at(`/orders/${n}?tab=${n}#h${n}`))
    await expect(tab.page.getByRole('button', { name: 'Continue as Ada' })).toBeVisible()
    tabs.push(tab)
  }
  for (const n of order) {
    await continueHere(tabs[n]!)
    await expectOrder(scene, tabs[n]!, page, `/orders/${n}?tab=${n}#h${n}`)
  }
  // those that came before went on with the session that came last
  scene.issuer.expireAccessTokens()
  for (const tab of tabs) {
    expect((await tab.call('notes')).status).toBe(200)
    expectNoFlash(tab)
  }
  expect(
    scene.issuer.tokenRequests.map(({ grantType, result }) => `${grantType} ${result}`),
  ).toEqual([...order.map(() => 'authorization_code granted'), 'refresh_token granted'])
}
