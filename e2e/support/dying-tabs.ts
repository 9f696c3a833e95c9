// Brings a tab to an exact point of a refresh, and ends it there (SCENARIOS S2).
import { expect, type Page } from '@playwright/test'
import type { Scene } from './scene.js'
import type { Tab } from './tab.js'

/** Where the refresh stands. At these nothing is lost, whatever the authorization server allows. */
export const harmlessMoments = [
  'in the queue',
  'before it is sent',
  'after the store, before it tells',
] as const
/** At these the refresh token is spent and its successor is nowhere: it lives if it may be used once more. */
export const fatalMoments = ['before the answer', 'before the store'] as const
export type Moment = (typeof harmlessMoments)[number] | (typeof fatalMoments)[number]

/** How a tab ends. */
export const deaths = ['closed', 'navigated away', 'crashed'] as const
export type Death = (typeof deaths)[number]

export interface DoomedTab {
  /** The refresh stands at the moment. */
  readonly arrived: Promise<unknown>
  die(): Promise<void>
}

/** Opens a tab that begins a refresh and stops in it. All access tokens are refused from now on. */
export async function doomTab(
  scene: Scene,
  moment: Moment,
  death: Death,
  { ahead, closing }: { /** Stands before it in the queue. */ ahead?: Tab; closing?: Tab } = {},
): Promise<DoomedTab> {
  const tab = await scene.openTab('/doomed', scene.context, (page) => stall(page, moment))
  await tab.untilStatus('signed-in')
  await closing?.page.close()
  const isHeld = moment === 'before the answer' || moment === 'in the queue'
  const held = isHeld
    ? scene.issuer.faults.hold('token', { when: 'after', grantType: 'refresh_token' })
    : undefined
  scene.issuer.expireAccessTokens()
  if (moment === 'in the queue') {
    void ahead?.call('notes')
    await held?.arrived
  }
  void tab.token({ forceRefresh: true }).catch(() => {})
  return {
    arrived: arrivalAt(moment, tab, held?.arrived),
    async die() {
      if (death === 'navigated away') await tab.page.goto('about:blank')
      if (death === 'crashed') await crash(tab.page)
      await tab.page.close()
      // the answer finds nobody
      held?.release()
    },
  }
}

/** Its renderer ends at once, without a word to the page. */
export async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const crashed = page.waitForEvent('crash')
  void session.send('Page.crash').catch(() => {})
  await crashed
}

function arrivalAt(moment: Moment, tab: Tab, heldAt: Promise<void> | undefined): Promise<unknown> {
  if (moment === 'in the queue')
    return expect.poll(() => tab.page.evaluate(countWaiting)).toBeGreaterThan(0)
  if (moment === 'before the answer') return heldAt ?? Promise.resolve()
  return expect.poll(() => tab.facts().some(({ kind }) => kind === 'stalled')).toBe(true)
}

async function countWaiting(): Promise<number> {
  const { pending = [] } = await navigator.locks.query()
  return pending.length
}

async function stall(page: Page, moment: Moment): Promise<void> {
  if (moment === 'before it is sent' || moment === 'before the store')
    await page.addInitScript((isBefore) => {
      const send = window.fetch
      window.fetch = async (input, init) => {
        const isRefresh = String(init?.body).includes('grant_type=refresh_token')
        const answer = isRefresh && isBefore ? undefined : await send(input, init)
        if (!isRefresh) return answer!
        window.recordFact?.('stalled', 'fetch', null)
        return new Promise(() => {})
      }
    }, moment === 'before it is sent')
  if (moment === 'after the store, before it tells')
    await page.addInitScript(() => {
      // the first thing anybody hears of a refresh is that the record has changed
      BroadcastChannel.prototype.postMessage = (message: { type?: string }) => {
        if (message.type === 'changed') window.recordFact?.('stalled', 'channel', null)
      }
    })
}
