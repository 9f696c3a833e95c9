import type { Page } from '@playwright/test'
import {
  commitsOf,
  expectNoFlash,
  factsOf,
  reactInDevelopment,
  reactInProduction,
  rendersOf,
  sceneOf,
  shownStatuses,
  vueWithHistory,
} from '../support/binding-pages.js'
import { holdStorage } from '../support/hold-storage.js'
import { continueAs, type Scene } from '../support/scene.js'
import { tabOn, type Tab } from '../support/tab.js'
import { expect, test } from '../support/test.js'

for (const page of [reactInDevelopment, reactInProduction, vueWithHistory]) {
  test(`S15: twenty background refreshes render nothing and leave a half-filled form alone; the sign-out renders once: ${page.name}`, async ({
    start,
  }) => {
    const scene = await start(sceneOf(page))
    const tab = await signInAt(scene, '/form')
    const other = await scene.openTab('/')
    await tab.page.getByLabel('Title').fill('Half a title')
    await tab.page.getByLabel('Text').fill('Half a text')
    tab.forgetFacts()
    for (let round = 1; round <= 20; round++) {
      await tab.token({ forceRefresh: true })
      await expect.poll(() => tab.events('token-refreshed').length).toBe(round)
    }
    await paint(tab.page)
    expect(scene.refreshes()).toHaveLength(20)
    expect(rendersOf(tab)).toEqual([])
    for (const kind of ['mount', 'unmount', 'app']) expect(factsOf(tab, kind)).toEqual([])
    await expect(tab.page.getByLabel('Title')).toHaveValue('Half a title')
    await expect(tab.page.getByLabel('Text')).toHaveValue('Half a text')

    // the counters do count
    await other.signOut({ endSession: false })
    await tab.untilStatus('signed-out')
    await paint(tab.page)
    const calls = page === reactInDevelopment ? 2 : 1
    for (const component of ['status', 'user']) {
      expect(commitsOf(tab, component)).toBe(1)
      const renders = rendersOf(tab).filter((render) => render.component === component)
      // StrictMode calls each render function twice
      expect(renders).toHaveLength(calls)
    }
    expect(factsOf(tab, 'unmount')).toHaveLength(1)
  })

  test(`S15: a reload of a protected page with slow storage and a token about to end shows no sign-in and refreshes once: ${page.name}`, async ({
    start,
  }) => {
    const scene = await start(sceneOf(page))
    const { clock } = scene.context
    await clock.install()
    const tab = await signInAt(scene, '/form')
    const state = await tab.state()
    const expiresAt = state.status === 'signed-in' ? state.expiresAt : undefined
    scene.configure({ proactiveRefresh: true })
    scene.issuer.clearEvents()

    const release = await holdStorage(scene)
    tab.forgetFacts()
    // by the page's clock the storage takes half a second, however long a busy machine needs
    await clock.pauseAt(expiresAt! - 5000)
    await tab.page.reload()
    await tab.untilStatus('restoring')
    await clock.runFor(500)
    await tab.untilStatus('restoring')
    await expect(tab.page.getByLabel('Title')).toBeHidden()
    await release()
    await clock.resume()
    await expect(tab.page.getByLabel('Title')).toBeVisible()
    await expect.poll(() => tab.events('token-refreshed').length).toBe(1)
    expect((await tab.call('notes')).status).toBe(200)
    expect(shownStatuses(tab)).toEqual(['restoring', 'signed-in'])
    expectNoFlash(tab)
    expect(scene.refreshRequests()).toHaveLength(1)
    expect(scene.issuer.events.map(({ endpoint }) => endpoint)).not.toContain('authorization')
  })
}

for (const page of [reactInProduction, vueWithHistory]) {
  test(`S15: an idle user is warned and signed out in all tabs once, and not while one tab is used: ${page.name}`, async ({
    start,
  }) => {
    const scene = await start(
      sceneOf(page, { client: { idleTimeoutMs: 600_000, idleWarningMs: 60_000 } }),
    )
    const { clock } = scene.context
    await clock.install()
    const tabs = [await signInAt(scene, '/form'), await scene.openTab(), await scene.openTab()]
    await clock.fastForward('08:00')
    await tabs[1]!.page.keyboard.press('a')
    await clock.fastForward('05:00')
    for (const tab of tabs) await expect(tab.page.locator('#status')).toHaveText('signed-in')

    await clock.fastForward('04:30')
    for (const tab of tabs) await expect(tab.page.locator('#idle')).toHaveText(/^[1-5]?\d$/)
    await clock.fastForward('01:00')
    for (const tab of tabs) {
      await tab.untilStatus('signed-out')
      await expect(tab.page.locator('#idle')).toHaveText('')
      expect(await tab.state()).toMatchObject({ reason: 'session-ended', error: { code: 'idle' } })
      expect(tab.events('session-ended')).toHaveLength(1)
      expect(tab.page.url()).toContain(scene.app.origin)
    }
    await expect.poll(() => scene.issuer.counters.requests.revocation).toBe(1)
  })
}

for (const page of [reactInProduction, vueWithHistory]) {
  test(`S11: tabs whose storage does not answer in time at the start go on by themselves when it does: ${page.name}`, async ({
    start,
  }) => {
    const scene = await start(sceneOf(page))
    await signInAt(scene, page.at('/orders/7'))
    const release = await holdStorage(scene)
    const tabs = await Promise.all(
      ['/orders/7', '/form', '/'].map(async (path) => {
        const tab = tabOn(await scene.context.newPage(), scene.oracle.facts)
        await tab.page.goto(scene.app.origin + page.at(path))
        return tab
      }),
    )
    for (const tab of tabs) {
      await tab.untilStatus('signed-out')
      expect(await tab.state()).toMatchObject({ error: { code: 'storage' } })
    }
    await release()
    await expect(tabs[0]!.page.getByRole('heading', { name: 'Order 7' })).toBeVisible()
    await expect(tabs[1]!.page.getByLabel('Title')).toBeVisible()
    await expect(tabs[2]!.page.getByRole('button', { name: 'Sign out Ada' })).toBeVisible()
    for (const tab of tabs) {
      const shown = rendersOf(tab).map(({ component }) => component)
      for (const component of ['error screen', 'sign-in button'])
        expect(shown).not.toContain(component)
      expect(factsOf(tab, 'app').length).toBeLessThanOrEqual(1)
    }
    expect(scene.issuer.counters.codeGrants).toBe(1)
  })
}

for (const mode of ['development', 'production'])
  for (const folder of ['react-ssr', 'vue-ssr'])
    test(`S15: a page rendered on a server is taken over without a warning, whoever is there: ${folder}, ${mode}`, async ({
      start,
    }) => {
      const scene = await start({ page: `${mode}/${folder}` })
      await scene.context.addInitScript(keepServerHeading)
      const tab = tabOn(await scene.context.newPage(), scene.oracle.facts)
      const complaints: string[] = []
      tab.page.on('console', (message) => {
        if (['warning', 'error'].includes(message.type())) complaints.push(message.text())
      })
      tab.page.on('pageerror', (error) => complaints.push(String(error)))

      await tab.page.goto(scene.app.origin)
      await tab.untilStatus('signed-out')
      await expectTakenOver(tab.page)
      await tab.page.getByRole('button', { name: 'Sign in' }).click()
      await continueAs(tab.page)
      await tab.untilStatus('signed-in')
      // at once, and with the session already there when the page is taken over
      for (const path of ['/', '/?late']) {
        tab.forgetFacts()
        await tab.page.goto(scene.app.origin + path)
        await expect(tab.page.locator('#protected')).toBeVisible()
        await expect(tab.page.locator('#user')).toHaveText('Ada Lovelace')
        expect(shownStatuses(tab)).toEqual(['restoring', 'signed-in'])
        await expectTakenOver(tab.page)
      }
      expect(factsOf(tab, 'hydration')).toEqual([])
      expect(complaints).toEqual([])
    })

async function signInAt(scene: Scene, path: string): Promise<Tab> {
  const tab = tabOn(await scene.context.newPage(), scene.oracle.facts)
  await tab.page.goto(scene.app.origin + path)
  await continueAs(tab.page)
  await tab.untilStatus('signed-in')
  return tab
}

/** What was about to be rendered is on the screen afterwards. */
async function paint(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  )
}

/** Before any script of the page has run. */
function keepServerHeading(): void {
  document.addEventListener('readystatechange', () => {
    if (document.readyState === 'interactive')
      Object.assign(window, { serverHeading: document.querySelector('h1') })
  })
}

/** The server's elements are still the ones on the page: nothing was thrown away and made anew. */
async function expectTakenOver(page: Page): Promise<void> {
  const isSame = await page.evaluate(() => {
    const { serverHeading } = window as unknown as { serverHeading?: Element | null }
    return serverHeading?.textContent === 'Orders' && serverHeading === document.querySelector('h1')
  })
  expect(isSame).toBe(true)
}
