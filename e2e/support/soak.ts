// Steady traffic in many tabs while tokens live for seconds, and what must be true of it (SCENARIOS S1).
import { expect, test } from '@playwright/test'
import type { TokenRequestEvent } from '@latchkey/dev-issuer'
import type { CallResult } from '../pages/harness/driver.js'
import { readSession } from './home-database.js'
import type { Scene } from './scene.js'
import type { Tab } from './tab.js'
import { arrivedTooLate } from './token-life.js'

export interface Soak {
  readonly tabs: number
  /** How many of them run an older copy of Latchkey; one of these signs in. */
  readonly older: number
  readonly callsPerSecond: number
  readonly tokenLifeSeconds: number
  /** How many refreshes to wait for, or how long. */
  readonly until: { readonly refreshes: number } | { readonly minutes: number }
}

/**
 * Runs the traffic; asserts that no token was refreshed twice, no refresh token used twice, and no call failed.
 *
 * What it returns is for a machine that keeps up: how many calls failed nevertheless, since their tokens grew old on the way, and the longest
 * time it took after a refresh until the last tab had its tokens.
 */
export async function soak(
  scene: Scene,
  plan: Soak,
): Promise<{ readonly failed: number; readonly slowestMs: number }> {
  scene.app.serve('older/harness')
  const tabs = [await scene.signIn()]
  expect(await readSession(tabs[0]!.page)).toMatchObject({ v: 0 })
  while (tabs.length < plan.older) tabs.push(await scene.openTab())
  scene.app.serve('harness')
  while (tabs.length < plan.tabs) tabs.push(await scene.openTab())
  const startedAt = Date.now()
  await Promise.all(tabs.map((tab) => tab.startTraffic(plan.callsPerSecond)))
  await expect
    .poll(() => isOver(plan, scene, startedAt), { timeout: 0, intervals: [500] })
    .toBe(true)
  const traffic = await Promise.all(tabs.map((tab) => tab.stopTraffic()))

  const failed = traffic.flatMap(({ failed }) => failed)
  const refreshes = scene.refreshes()
  const calls = traffic.reduce((sum, each) => sum + each.calls, 0)
  const slowestMs = slowestToHear(
    tabs,
    refreshes.filter(({ at }) => at >= startedAt),
  )
  test.info().annotations.push({
    type: 'soak',
    description: `${calls} calls, ${failed.length} failed, ${refreshes.length} refreshes, the last tab ${slowestMs} ms after the first, in ${(Date.now() - startedAt) / 1000} s`,
  })
  const isExcused = ({ id, status }: CallResult) =>
    status === 401 && scene.api.log.filter((sent) => sent.id === id).every(arrivedTooLate)
  expect(failed.filter((call) => !isExcused(call))).toEqual([])
  const isWell = ({ result }: TokenRequestEvent) => ['granted', 'pending'].includes(result)
  expect(scene.refreshRequests().filter((request) => !isWell(request))).toEqual([])
  expect(refreshes.map((event) => event.refreshTokenGeneration)).toEqual(
    refreshes.map((_, index) => index + 1),
  )
  expect(scene.issuer.reuseDetections).toBe(0)
  // a token is replaced at its renewal point at the earliest: one refresh per life
  const spanMs = refreshes.at(-1)!.at - refreshes[0]!.at
  expect(refreshes.length - 1).toBeLessThanOrEqual((spanMs + onTheWayMs) / earliestRenewalMs(plan))
  await expect
    .poll(async () => {
      const held = await Promise.all(tabs.map((tab) => tab.token()))
      return new Set(held.map((token) => JSON.stringify(token))).size
    })
    .toBe(1)
  for (const tab of tabs) expect(tab.events('session-ended')).toEqual([])
  expect(await readSession(tabs[0]!.page)).toMatchObject({ v: 1 })
  return { failed: failed.length, slowestMs }
}

/** From the first tab with the tokens of a refresh to the last one, in ms; of all refreshes but the last, the longest. */
function slowestToHear(tabs: readonly Tab[], refreshes: readonly TokenRequestEvent[]): number {
  const heard = tabs.map((tab) =>
    tab
      .facts()
      .filter(({ kind, name }) => kind === 'event' && name === 'token-refreshed')
      .map(({ at }) => at),
  )
  const spreads = refreshes.slice(0, -1).map(({ at: sentAt }) => {
    const first = heard.map((times) => times.find((at) => at >= sentAt) ?? Infinity)
    return Math.max(...first) - Math.min(...first)
  })
  return Math.max(...spreads)
}

function isOver({ until }: Soak, scene: Scene, startedAt: number): boolean {
  return 'minutes' in until
    ? Date.now() - startedAt >= until.minutes * 60_000
    : scene.refreshes().length >= until.refreshes
}

/** A refresh is due in the last fifth of the life (PROTOCOL rule 10); its life counts from the request. */
function earliestRenewalMs({ tokenLifeSeconds }: Soak): number {
  return tokenLifeSeconds * 1000 * 0.8
}

/** The first request may have taken longer to arrive than the last. */
const onTheWayMs = 2000
