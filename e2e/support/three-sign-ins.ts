// Sign-ins begun in three tabs at once (SCENARIOS S7).
import { expect } from '@playwright/test'
import { continueAs, type Scene } from './scene.js'
import type { Tab } from './tab.js'

export async function finishThreeSignIns(scene: Scene, order: readonly number[]): Promise<void> {
  const tabs: Tab[] = []
  for (const path of ['/one?x=1#a', '/two?x=2#b', '/three?x=3#c']) {
    const tab = await scene.openTab(path)
    await tab.page.click('#sign-in')
    await tab.page.getByRole('button', { name: 'Continue as Ada' }).waitFor()
    tab.forgetFacts()
    tabs.push(tab)
  }
  for (const index of order) {
    await continueAs(tabs[index]!.page)
    await tabs[index]!.untilStatus('signed-in')
  }
  const paths = ['/one?x=1#a', '/two?x=2#b', '/three?x=3#c']
  for (const [index, tab] of tabs.entries()) {
    await expect(tab.page).toHaveURL(scene.app.origin + paths[index])
    expect(tab.statuses()).toEqual(['restoring', 'signed-in'])
    expect((await tab.call('notes')).status).toBe(200)
  }
  expect(
    scene.issuer.tokenRequests.map(({ grantType, result }) => `${grantType} ${result}`),
  ).toEqual(tabs.map(() => 'authorization_code granted'))
}
