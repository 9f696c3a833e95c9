// Drives a contender's page through the sign-in, as a user would.
import type { BrowserContext, Page } from 'playwright-core'
import type {} from '../pages/bench-window.js'
import type { ContenderPage } from './contenders.js'
import type { Stage } from './stage.js'

/** Opens the contender's page in a context of its own and signs in; the page that comes back is signed in. */
export async function signedInPage(
  stage: Stage,
  contender: ContenderPage,
  init?: string,
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await stage.browser.newContext()
  if (init) await context.addInitScript({ content: init })
  const page = await context.newPage()
  await page.goto(homeOf(stage, contender))
  await signIn(page)
  return { context, page }
}

export function homeOf(stage: Stage, contender: ContenderPage): string {
  return `${stage.app.origin}/${contender.name}/`
}

export async function signIn(page: Page): Promise<void> {
  const { signedIn } = await page.evaluate(() => window.session.opened)
  if (signedIn) return
  await page.evaluate(() => window.session.signIn())
  await page.locator('button[name=login][value=ada]').click()
  await untilSignedIn(page)
}

/** Waits through whatever navigations the contender needs. */
export async function untilSignedIn(page: Page): Promise<void> {
  for (let attempts = 0; attempts < 100; attempts++) {
    const opened = await page
      .waitForFunction(() => window.session?.opened, undefined, { timeout: 15_000 })
      .then((handle) => handle.jsonValue())
      .catch((error: unknown) => {
        // a navigation in between: the next page is asked
        if (/navigat|destroyed|closed frame/i.test(String(error))) return undefined
        throw error
      })
    if (opened?.signedIn) return
    await page.waitForTimeout(50)
  }
  throw new Error(`never signed in: ${page.url()}`)
}
