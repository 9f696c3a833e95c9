import type { SignInOptions } from '@latchkey/core'
import { beginDraft, expectDraft } from '../../support/draft.js'
import { launchOptions } from '../../support/launch-options.js'
import {
  leftoversOf,
  markLeftovers,
  untilTimerFires,
  watchLeftovers,
} from '../../support/leftovers.js'
import { continueAs, type Scene } from '../../support/scene.js'
import type { Tab } from '../../support/tab.js'
import { expect, test } from '../../support/test.js'

// Playwright's own browsers let every popup through
test.use({ launchOptions: { ...launchOptions, ignoreDefaultArgs: ['--disable-popup-blocking'] } })

test('a sign-in in a popup keeps the page, closes the popup, and leaves neither timer nor listener', async ({
  start,
}) => {
  const scene = await start()
  const tab = await openApp(scene)
  const popup = await clickToSignIn(tab)
  await popup.waitForURL(`${scene.proxy.origin}/**`)
  expect(await tab.state()).toEqual({ status: 'signing-in' })
  await Promise.all([popup.waitForEvent('close'), continueAs(popup)])
  await expectSignedInOnTheSamePage(scene, tab)
  await expect.poll(() => leftoversOf(tab.page)).toEqual([])
})

test('the result of a popup comes home though COOP has cut it off from the page', async ({
  start,
}) => {
  const scene = await start()
  scene.app.sendHeaders({ 'cross-origin-opener-policy': 'same-origin' })
  scene.proxy.sendHeaders({ 'cross-origin-opener-policy': 'same-origin' })
  const tab = await openApp(scene)
  await tab.page.evaluate(() => {
    const open = window.open.bind(window)
    window.open = (...all) => ((window as { child?: Window | null }).child = open(...all))
  })
  const popup = await clickToSignIn(tab)
  await popup.waitForURL(`${scene.proxy.origin}/**`)
  // it looks closed to the page, and is not taken for closed
  const looksClosed = () =>
    tab.page.evaluate(() => (window as { child?: Window | null }).child?.closed)
  await expect.poll(looksClosed).toBe(true)
  expect(await popup.evaluate(() => window.opener as unknown)).toBeNull()
  await continueAs(popup)
  await expectSignedInOnTheSamePage(scene, tab)
  await expect.poll(() => leftoversOf(tab.page)).toEqual([])
})

test('a popup that the browser blocks is told for certain, and nobody is sent anywhere', async ({
  start,
}) => {
  const scene = await start()
  // without a click
  await scene.context.addInitScript(() => {
    addEventListener('load', () => void window.harness?.signIn({ display: 'popup' }))
  })
  const tab = await scene.openTab('/inbox')
  await expect
    .poll(() => tab.state())
    .toMatchObject({
      status: 'signed-out',
      reason: 'never-signed-in',
      error: { code: 'popup-blocked' },
    })
  expect(scene.context.pages()).toHaveLength(1)
  expect(new URL(tab.page.url()).pathname).toBe('/inbox')
  expect(scene.issuer.events.filter(({ endpoint }) => endpoint === 'authorization')).toEqual([])
})

test('a popup that the user closes and one the app gives up are told apart, and leave nothing', async ({
  start,
}) => {
  const scene = await start()
  const tab = await openApp(scene)
  const first = await clickToSignIn(tab)
  await expect(first.getByRole('link', { name: 'Cancel' })).toBeVisible()
  // the page looks at its popup twice a second: now it has seen a page of the server in it
  await untilTimerFires(tab.page, 500)
  await first.close()
  expect(await tab.signInOutcome()).toMatchObject({ authCode: 'popup-closed' })
  await tab.untilStatus('signed-out')

  const second = await clickToSignIn(tab)
  await expect(second.getByRole('link', { name: 'Cancel' })).toBeVisible()
  await Promise.all([second.waitForEvent('close'), tab.giveUpSignIn()])
  expect(await tab.signInOutcome()).toMatchObject({ authCode: 'sign-in-aborted' })
  await tab.untilStatus('signed-out')
  await expect.poll(() => leftoversOf(tab.page)).toEqual([])

  const third = await clickToSignIn(tab)
  await Promise.all([third.waitForEvent('close'), continueAs(third)])
  await expectSignedInOnTheSamePage(scene, tab)
})

/** The app, with nobody signed in and a sentence begun. */
async function openApp(scene: Scene): Promise<Tab> {
  await watchLeftovers(scene.context)
  const tab = await scene.openTab('/inbox')
  // brings the rest of the client, whose own listeners stay
  expect(await tab.token()).toMatchObject({ error: { authCode: 'sign-in-required' } })
  await beginDraft(tab.page)
  return tab
}

async function clickToSignIn(tab: Tab, options: SignInOptions = {}) {
  await markLeftovers(tab.page)
  await tab.offerSignIn({ display: 'popup', ...options })
  return tab.openPopup()
}

async function expectSignedInOnTheSamePage(scene: Scene, tab: Tab): Promise<void> {
  expect(await tab.signInOutcome()).toBeUndefined()
  await tab.untilStatus('signed-in')
  await expectDraft(tab.page)
  expect((await tab.call('notes')).status).toBe(200)
  const codes = scene.issuer.tokenRequests.filter(
    ({ grantType }) => grantType === 'authorization_code',
  )
  expect(codes.map(({ result }) => result)).toEqual(['granted'])
}
