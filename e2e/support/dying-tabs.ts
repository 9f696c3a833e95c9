// Brings a tab to an exact point of a refresh, and ends it there (SCENARIOS S2).
import { expect, type Page } from '@playwright/test'
import type { Scene } from './scene.js'
import type { Tab } from './tab.js'

/** Where the refresh stands: claimed but not sent; granted but not answered; answered but not stored. */
export const moments = ['before it is sent', 'before the answer', 'before the store'] as const
export type Moment = (typeof moments)[number]

/** How a tab ends. */
export const deaths = ['closed', 'navigated away', 'crashed'] as const
export type Death = (typeof deaths)[number]

export interface DoomedTab {
  /** The refresh stands at the moment. */
  readonly arrived: Promise<void>
  die(): Promise<void>
}

/** Opens a tab that begins a refresh and stops in it. All access tokens are refused from now on. */
export async function doomTab(
  scene: Scene,
  moment: Moment,
  death: Death,
  only?: Tab,
): Promise<DoomedTab> {
  const tab = await scene.openTab('/doomed', scene.context, (page) => stall(page, moment))
  await tab.untilStatus('signed-in')
  await only?.page.close()
  const held =
    moment === 'before the answer'
      ? scene.issuer.faults.hold('token', { when: 'after', grantType: 'refresh_token' })
      : undefined
  scene.issuer.expireAccessTokens()
  void tab.call('notes').catch(() => {})
  const arrived =
    held?.arrived ??
    expect.poll(() => tab.facts().some(({ kind }) => kind === 'stalled')).toBe(true)
  return {
    arrived: arrived.then(() => {}),
    async die() {
      if (death === 'navigated away') await tab.page.goto('about:blank')
      if (death === 'crashed') {
        const session = await tab.cdp()
        const crashed = tab.page.waitForEvent('crash')
        void session.send('Page.crash').catch(() => {})
        await crashed
      }
      if (death === 'closed') await tab.page.close()
      // the answer finds nobody
      held?.release()
    },
  }
}

async function stall(page: Page, moment: Moment): Promise<void> {
  if (moment === 'before the answer') return
  await page.addInitScript((moment) => {
    const send = window.fetch
    window.fetch = async (input, init) => {
      const isRefresh = String(init?.body).includes('grant_type=refresh_token')
      const isBefore = moment === 'before it is sent'
      const answer = isRefresh && isBefore ? undefined : await send(input, init)
      if (!isRefresh) return answer!
      window.recordFact?.('stalled', moment, null)
      return new Promise(() => {})
    }
  }, moment)
}
