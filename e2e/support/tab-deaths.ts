// What must be so after a tab has ended in the middle of its refresh (SCENARIOS S2).
import { expect } from '@playwright/test'
import { doomTab, type Death, type Moment } from './dying-tabs.js'
import type { Scene } from './scene.js'
import type { CallResult } from '../pages/harness/driver.js'
import type { Tab } from './tab.js'

export interface Outcome {
  readonly results: readonly CallResult[]
  /** From the end of the tab to the next refresh request, in ms; `undefined`: none was needed. */
  readonly freeAfterMs: number | undefined
  /** From the end of the tab to the last answer. */
  readonly settledAfterMs: number
}

/** Ends a tab at the moment, while the others want a token too. */
export async function endInRefresh(
  scene: Scene,
  tabs: readonly Tab[],
  moment: Moment,
  death: Death,
): Promise<Outcome> {
  scene.issuer.clearEvents()
  for (const tab of tabs) tab.forgetFacts()
  const doomed = await doomTab(scene, moment, death, { ahead: tabs[0]! })
  await doomed.arrived
  const calls = Promise.all(tabs.map((tab) => tab.call('notes')))
  const before = scene.refreshRequests().length
  const diedAt = Date.now()
  await doomed.die()
  const results = await calls
  const next = scene.refreshRequests()[before]
  return {
    results,
    freeAfterMs: next && next.at - diedAt,
    settledAfterMs: Date.now() - diedAt,
  }
}

/** Nothing was spent, or what was brought is stored: no refresh token is used twice. */
export async function expectHarmless(...story: Parameters<typeof endInRefresh>): Promise<Outcome> {
  const [scene, tabs, moment, death] = story
  const outcome = await endInRefresh(...story)
  expect(statuses(outcome), `${moment}, ${death}`).toEqual(tabs.map(() => 200))
  expect(results(scene)).toEqual(['granted none'])
  expectNoEnd(scene, tabs)
  return outcome
}

/** Without an answer the old refresh token is used once more, and only once. */
export async function expectSurvival(...story: Parameters<typeof endInRefresh>): Promise<Outcome> {
  const [scene, tabs, moment, death] = story
  const outcome = await endInRefresh(...story)
  expect(statuses(outcome), `${moment}, ${death}`).toEqual(tabs.map(() => 200))
  expect(results(scene)).toEqual(['granted none', 'granted within-grace'])
  expectNoEnd(scene, tabs)
  return outcome
}

/** The dead refresh token is tried once more, by one tab for all; the first tab signs in again and is where it was. */
export async function expectEndOnce(...story: Parameters<typeof endInRefresh>): Promise<Outcome> {
  const [scene, tabs, moment, death] = story
  const outcome = await endInRefresh(...story)
  expect(
    outcome.results.map(({ error }) => error?.authCode),
    `${moment}, ${death}`,
  ).toEqual(tabs.map(() => 'refresh-token-refused'))
  for (const tab of tabs) {
    await tab.untilStatus('signed-out')
    expect(tab.events('session-ended')).toHaveLength(1)
  }
  expect(results(scene)).toEqual(['granted none', 'invalid_grant detected'])
  const [first] = tabs
  const where = first!.page.url()
  await first!.page.click('#sign-in')
  await first!.untilStatus('signed-in')
  await expect(first!.page).toHaveURL(where)
  for (const tab of tabs) await tab.untilStatus('signed-in')
  return outcome
}

function expectNoEnd(scene: Scene, tabs: readonly Tab[]): void {
  expect(scene.issuer.reuseDetections).toBe(0)
  for (const tab of tabs) {
    expect(tab.events('session-ended')).toEqual([])
    expect(tab.statuses()).not.toContain('signed-out')
  }
}

function statuses({ results }: Outcome): (number | undefined)[] {
  return results.map(({ status }) => status)
}

function results(scene: Scene): string[] {
  return scene.refreshRequests().map(({ result, reuse }) => `${result} ${reuse}`)
}
