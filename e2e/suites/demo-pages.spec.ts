import { expect, type BrowserContext, type Page } from '@playwright/test'
import type { Demo } from 'latchkey-demo-app'
import { findBarriers } from '../support/accessibility.js'
import { test } from '../support/demo.js'
import { continueAs } from '../support/scene.js'

// One build and one server for all of these: they run one after the other.
test.describe.configure({ mode: 'default' })

test.beforeEach(({ demo }) => {
  demo.issuer!.clearEvents()
  demo.requestLog.clear()
})

test.afterEach(({ violations }) => {
  expect(violations).toEqual([])
})

for (const { name, path } of [
  { name: 'React', path: '' },
  { name: 'Vue', path: 'vue/' },
]) {
  test(`K7: two tabs send a hundred requests with a dead token: all are answered after one refresh, and one sign-out ends both: ${name}`, async ({
    demo,
    context,
  }) => {
    const page = await signIn(demo, context, path)
    const opening = context.waitForEvent('page')
    await page.getByTestId('open-tab').click()
    const second = await opening
    for (const tab of [page, second])
      await expect(tab.getByTestId('user-name')).toHaveText('Ada Lovelace')
    await expect(page.getByTestId('tab')).toHaveCount(2)
    expect(demo.issuer!.tokenRequests.map(({ grantType }) => grantType)).toEqual([
      'authorization_code',
    ])

    await page.getByTestId('expire-token').click()
    await expect.poll(() => statusesOf(demo, '/control/expire')).toEqual([expect.any(Number)])
    await Promise.all([page, second].map((tab) => tab.getByTestId('call-burst').click()))
    await expect
      .poll(() => statusesOf(demo, '/ping').filter((status) => status === 200).length)
      .toBe(100)
    for (const tab of [page, second]) {
      await expect(tab.getByTestId('refresh-count')).toHaveText('1')
      await expect(tab.getByTestId('counter-failed')).toHaveText('0')
    }
    await expect(page.getByTestId('issuer-refreshes')).toHaveText('1')
    expect(demo.issuer!.counters.refreshGrants).toBe(1)
    expect(demo.issuer!.reuseDetections).toBe(0)

    await second.getByTestId('sign-out').click()
    for (const tab of [page, second]) {
      await expect(tab.getByTestId('sign-in')).toBeVisible()
      await expect(tab.getByTestId('user-name')).toHaveCount(0)
    }
  })

  test(`a half-filled note outlives its session, and is saved after a sign-in in a popup: ${name}`, async ({
    demo,
    context,
  }) => {
    const dashboard = await signIn(demo, context, path)
    const page = await context.newPage()
    await page.goto(`${demo.url}${path}notes`)
    const title = `Written on ${name} page`
    await page.getByTestId('form-title').fill(title)
    await page.getByTestId('form-text').fill('Half of it')
    await dashboard.getByTestId('revoke-session').click()
    await expect.poll(() => statusesOf(demo, '/control/revoke')).toEqual([expect.any(Number)])
    demo.issuer!.expireAccessTokens()
    // the provider, too, has forgotten who this is
    await context.clearCookies()
    await page.getByTestId('form-submit').click()
    await expect(page.getByTestId('session-ended-notice')).toContainText('1 request waits')
    await expect(page.getByTestId('form-title')).toHaveValue(title)
    await expect(page.getByTestId('form-text')).toHaveValue('Half of it')

    const opening = page.waitForEvent('popup')
    await page.getByTestId('sign-in-again').click()
    await continueAs(await opening)
    await expect(page.getByTestId('form-status')).toHaveText('Saved.')
    await expect(page.getByTestId('note').filter({ hasText: title })).toHaveCount(1)
    await expect(page.getByTestId('session-ended-notice')).toHaveCount(0)
    expect(statusesOf(demo, '/notes', 'POST')).toEqual([401, 201])
    // the other tab is back as well
    await expect(dashboard.getByTestId('user-name')).toHaveText('Ada Lovelace')
    await expect(dashboard.getByTestId('session-ended-notice')).toHaveCount(0)
  })

  test(`axe finds nothing on the first screen, the dashboard and the notes, on a desk and on a phone: ${name}`, async ({
    demo,
    context,
  }) => {
    const page = await context.newPage()
    await page.goto(demo.url + path)
    await expect(page.getByTestId('sign-in')).toBeVisible()
    await expectNoBarriers(page)
    await page.getByTestId('sign-in').click()
    await continueAs(page)
    await page.getByTestId('call-burst').click()
    await expect(page.getByTestId('counter-requests')).toHaveText('50')
    await expectNoBarriers(page)
    await page.getByRole('link', { name: 'Notes' }).click()
    await page.getByTestId('form-title').fill('A note')
    await page.getByTestId('form-submit').click()
    await expect(page.getByTestId('form-status')).toHaveText('Saved.')
    await expectNoBarriers(page)
  })
}

async function signIn(demo: Demo, context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(demo.url + path)
  await page.getByTestId('sign-in').click()
  await continueAs(page)
  await expect(page.getByTestId('user-name')).toHaveText('Ada Lovelace')
  expect(page.url()).toBe(demo.url + path)
  return page
}

function statusesOf(demo: Demo, path: string, method?: string): number[] {
  return demo.requestLog.entries
    .filter((entry) => entry.path.split('?')[0] === path && (!method || entry.method === method))
    .map(({ status }) => status)
}

async function expectNoBarriers(page: Page): Promise<void> {
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(viewport)
    expect(await findBarriers(page), `${page.url()} at ${viewport.width}`).toEqual([])
  }
}
