import {
  bindingPages,
  callbacksOf,
  expectNoFlash,
  sceneOf,
  shownStatuses,
} from '../support/binding-pages.js'
import {
  authorizationRequests,
  continueHere,
  expectOrder,
  finishInOrder,
  openBlank,
  ordersOfThree,
} from '../support/binding-sign-in.js'
import { continueAs } from '../support/scene.js'
import { expect, test } from '../support/test.js'

const deepLink = '/orders/7?filter=open&q=a%26b#part-2'

for (const [index, page] of bindingPages.entries()) {
  test(`S7: a sign-in by button shows nothing else until the user is there: ${page.name}`, async ({
    start,
  }) => {
    const scene = await start(sceneOf(page))
    const tab = await scene.openTab(page.at('/'))
    expect(shownStatuses(tab)).toEqual(['restoring', 'signed-out'])
    tab.forgetFacts()
    await tab.page.click('#sign-in')
    await continueAs(tab.page)
    await expect(tab.page.locator('#user')).toHaveText('Ada Lovelace')
    expect(shownStatuses(tab).slice(-2)).toEqual(['restoring', 'signed-in'])
    // the button stays while the page is left
    expect(shownStatuses(tab)).not.toContain('signed-out')
    expect(scene.issuer.counters.codeGrants).toBe(1)
    await tab.page.getByRole('button', { name: 'Sign out Ada Lovelace' }).click()
    await tab.untilStatus('signed-out')
  })

  test(`S7: a page that protects itself sends to the provider once: ${page.name}`, async ({
    start,
  }) => {
    const scene = await start(sceneOf(page))
    const tab = await openBlank(scene)
    await tab.page.goto(scene.app.origin + page.at('/form?x=1#h'))
    await continueHere(tab)
    await expect(tab.page.getByLabel('Title')).toBeVisible()
    await expect(tab.page).toHaveURL(scene.app.origin + page.at('/form?x=1#h'))
    expectNoFlash(tab)
    expect(authorizationRequests(scene)).toHaveLength(1)
    expect(scene.issuer.counters.codeGrants).toBe(1)
  })

  test(`S7: a guarded deep link is come back to, and its callback changes nothing afterwards: ${page.name}`, async ({
    start,
  }) => {
    const scene = await start(sceneOf(page))
    const tab = await openBlank(scene)
    await tab.page.goto(scene.app.origin + page.at(deepLink))
    await continueHere(tab)
    await expectOrder(scene, tab, page, deepLink)
    expect(authorizationRequests(scene)).toHaveLength(1)
    expect(scene.issuer.tokenRequests.map(({ result }) => result)).toEqual(['granted'])
    const [callback] = callbacksOf(scene)
    expect(callback).toContain('code=')

    // Back as far as the provider, and forward again
    tab.forgetFacts()
    while (tab.page.url().startsWith(scene.app.origin)) await tab.page.goBack()
    await tab.page.goForward()
    await expectOrder(scene, tab, page, deepLink)

    // the address in a new tab, as from a bookmark, and once more in this one
    for (const visited of [await openBlank(scene), tab]) {
      visited.forgetFacts()
      await visited.page.goto(callback!)
      await visited.untilStatus('signed-in')
      await expect(visited.page.locator('#user')).toHaveText('Ada Lovelace')
      expectNoFlash(visited)
      await visited.page.reload()
      await visited.untilStatus('signed-in')
      expectNoFlash(visited)
      expect((await visited.call('notes')).status).toBe(200)
    }
    expect(scene.issuer.counters.codeGrants).toBe(1)
    expect(scene.issuer.tokenRequests).toHaveLength(1)
  })

  test(`S7: sign-ins begun in three tabs end in another order, each where it began: ${page.name}`, async ({
    start,
  }) => {
    const scene = await start(sceneOf(page))
    await finishInOrder(scene, page, ordersOfThree[index + 1]!)
  })

  test(`S7: somebody else's code and state stay in the address: ${page.name}`, async ({
    start,
  }) => {
    const scene = await start(sceneOf(page))
    for (const path of ['/stripe?code=x&state=y', `${page.redirectPath}?code=x&state=y`]) {
      const tab = await scene.openTab(path)
      await tab.untilStatus('signed-out')
      // a hash router puts its own place behind it
      expect(tab.page.url().replace(/#\/$/, '')).toBe(scene.app.origin + path)
    }
    expect(scene.issuer.events).toEqual([])
  })
}
