import { expect } from '@playwright/test'
import { randomFrom, seedOfRun } from '../support/random.js'
import { registerRefreshWorker } from '../support/refresh-worker.js'
import { test } from '../support/test.js'

const closings = 100

test(`${closings} closings of the only open tab at random moments of a refresh lose no session`, async ({
  start,
}) => {
  test.setTimeout(900_000)
  const seed = seedOfRun()
  const random = randomFrom(seed)
  const scene = await start({ client: { refreshIn: 'service-worker' } })
  let tab = await scene.signIn()
  await registerRefreshWorker(tab.page, scene)
  scene.issuer.faults.add('token', { kind: 'delay', delayMs: 200, grantType: 'refresh_token' })
  let survived = 0
  for (let closing = 0; closing < closings; closing++) {
    void tab.token({ forceRefresh: true }).catch(() => {})
    // before the claim, while the request is under way, around the answer, after the store
    await new Promise((resolve) => setTimeout(resolve, random() * 450))
    await tab.page.close()
    tab = await scene.openTab()
    if ((await tab.state()).status === 'signed-in') survived++
  }
  expect(survived).toBe(closings)
  expect(await tab.token({ forceRefresh: true })).toHaveProperty('fingerprint')
  expect(scene.issuer.reuseDetections).toBe(0)
  test.info().annotations.push({
    type: 'result',
    description: `${survived} of ${closings}, seed ${seed - 1}`,
  })
})
