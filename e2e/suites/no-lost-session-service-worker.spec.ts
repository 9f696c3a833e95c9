import { expect } from '@playwright/test'
import { registerRefreshWorker } from '../support/refresh-worker.js'
import { test } from '../support/test.js'

const inServiceWorker = { client: { refreshIn: 'service-worker' as const } }

for (const dpop of ['off', 'required'] as const)
  test(`a refresh outlives its only tab: the service worker stores the answer (DPoP: ${dpop})`, async ({
    start,
  }) => {
    const scene = await start({ client: { ...inServiceWorker.client, dpop } })
    const tab = await scene.signIn()
    await registerRefreshWorker(tab.page, scene)
    const held = scene.issuer.faults.hold('token', { when: 'after', grantType: 'refresh_token' })
    void tab.token({ forceRefresh: true }).catch(() => {})
    await held.arrived
    await tab.page.close()
    held.release()
    await expect.poll(() => scene.refreshes().length).toBe(1)

    const next = await scene.openTab()
    await next.untilStatus('signed-in')
    expect(await next.token({ forceRefresh: true })).toHaveProperty('fingerprint')
    // the API of the tests takes bearer tokens
    if (dpop === 'off') expect((await next.call('notes')).status).toBe(200)
    expect(scene.refreshRequests().map(({ result }) => result)).toEqual(['granted', 'granted'])
    expect(scene.issuer.reuseDetections).toBe(0)
  })

test('what comes after a sign-out is revoked, though the service worker got it', async ({
  start,
}) => {
  const scene = await start(inServiceWorker)
  const tab = await scene.signIn()
  await registerRefreshWorker(tab.page, scene)
  const other = await scene.openTab()
  const held = scene.issuer.faults.hold('token', { when: 'after', grantType: 'refresh_token' })
  void tab.token({ forceRefresh: true }).catch(() => {})
  await held.arrived
  await tab.page.close()
  await other.signOut({ endSession: false, revoke: false })
  held.release()
  await expect.poll(() => scene.issuer.counters.requests.revocation).toBe(1)
  await other.untilStatus('signed-out')
})

test('a page refreshes by itself where there is no service worker', async ({ start }) => {
  const scene = await start(inServiceWorker)
  const tab = await scene.signIn()
  expect(await tab.token({ forceRefresh: true })).toHaveProperty('fingerprint')
  expect(scene.refreshRequests()).toHaveLength(1)
})

test('tabs and service worker send one refresh between them', async ({ start }) => {
  const scene = await start(inServiceWorker)
  const tab = await scene.signIn()
  await registerRefreshWorker(tab.page, scene)
  const tabs = [tab, await scene.openTab(), await scene.openTab()]
  scene.issuer.expireAccessTokens()
  const results = await Promise.all(tabs.map((each) => each.call('notes')))
  expect(results.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(scene.refreshRequests()).toHaveLength(1)
})

test('F13, F14: a service worker serves no client but its own, and takes no address from a page', async ({
  start,
}) => {
  const scene = await start(inServiceWorker)
  const tab = await scene.signIn()
  await registerRefreshWorker(tab.page, scene)
  const answers = await tab.page.evaluate(async (issuer) => {
    const worker = (await navigator.serviceWorker.getRegistration())?.active
    const base = { v: 1, type: 'refresh', session: 'x', startedAt: 0 }
    const messages = [
      { ...base, client: 'latchkey:https://evil.test/ harness ' },
      { ...base, client: `latchkey:${issuer} harness `, issuer: 'https://evil.test/' },
      { ...base, client: `latchkey:${issuer} harness `, startedAt: 'now' },
      null,
    ]
    return Promise.all(
      messages.map((message) => {
        const { port1, port2 } = new MessageChannel()
        worker?.postMessage(message, [port2])
        return Promise.race([
          new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data))),
          new Promise((resolve) => setTimeout(resolve, 500, 'no answer')),
        ])
      }),
    )
  }, scene.proxy.origin)
  expect(answers).toEqual(['no answer', 'over', 'no answer', 'no answer'])
  expect(scene.refreshRequests()).toHaveLength(0)
})
