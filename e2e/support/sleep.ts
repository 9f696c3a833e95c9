// A lid that is closed overnight, and pages that are hidden (SCENARIOS S4).
import { expect, type CDPSession } from '@playwright/test'
import type { Scene } from './scene.js'
import type { Tab } from './tab.js'

const nightMs = 8 * 3_600_000

/** Four tabs sleep through a night and wake without a network; two of them want ten calls each when it is back. */
export async function sleepOvernight(scene: Scene): Promise<{ settledAfterMs: number }> {
  const tabs = [await scene.signIn()]
  for (const path of ['/2', '/3', '/4']) tabs.push(await scene.openTab(path))
  for (const tab of tabs) await tab.page.clock.install()
  scene.api.clearLog()
  scene.issuer.clearEvents()
  const sessions: CDPSession[] = []
  for (const tab of tabs) {
    const session = await tab.cdp()
    await session.send('Page.setWebLifecycleState', { state: 'frozen' })
    sessions.push(session)
  }
  // no network yet when the lid is opened
  await scene.context.setOffline(true)
  for (const tab of tabs) await tab.page.clock.setSystemTime(Date.now() + nightMs)
  scene.issuer.expireAccessTokens()
  for (const session of sessions)
    await session.send('Page.setWebLifecycleState', { state: 'active' })
  for (const tab of tabs) await tab.untilStatus('signed-in')
  expect((await tabs[3]!.call('early')).error?.authCode).toBe('refresh-postponed')
  await scene.context.setOffline(false)

  const backAt = Date.now()
  const calls = await Promise.all(
    tabs
      .slice(0, 2)
      .map((tab) =>
        tab.calls(Array.from({ length: 10 }, (_, index) => ({ url: `notes/${index}` }))),
      ),
  )
  const settledAfterMs = Date.now() - backAt
  expect(calls.flat().map(({ status }) => status)).toEqual(Array(20).fill(200))
  expect(scene.api.log.filter(({ isAuthorized }) => !isAuthorized)).toEqual([])
  expect(scene.refreshRequests().map(({ result }) => result)).toEqual(['granted'])
  expect(scene.issuer.events.filter(({ path }) => path === '/authorize')).toEqual([])
  return { settledAfterMs }
}

export function hide(tab: Tab): Promise<void> {
  return setVisibility(tab, 'hidden')
}

export function show(tab: Tab): Promise<void> {
  return setVisibility(tab, 'visible')
}

async function setVisibility(tab: Tab, state: DocumentVisibilityState): Promise<void> {
  await tab.page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, state)
}
