// Lets a page's clock run faster than the world's, without outrunning the answers it waits for.
import type { Page } from '@playwright/test'

const stepMs = 250

/** Runs the page's installed clock until the work is settled. Gives its result, and how much time the page saw pass. */
export async function runClockUntil<Result>(
  page: Page,
  work: Promise<Result>,
): Promise<{ result: Result; passedMs: number }> {
  let isOver = false
  const settled = work.finally(() => (isOver = true))
  settled.catch(() => {})
  let passedMs = 0
  while (!isOver) {
    await page.clock.runFor(stepMs)
    passedMs += stepMs
    // real answers take real time: a look at the page's storage is a round through its event loop
    await page.evaluate(() => indexedDB.databases().then(() => undefined))
  }
  return { result: await settled, passedMs }
}
