import type { CallResult } from '../../pages/harness/driver.js'
import { beginDraft, expectDraft } from '../../support/draft.js'
import { continueAs, type Scene } from '../../support/scene.js'
import { expect, test } from '../../support/test.js'

const vias = ['axios', 'axios-2', 'axios-fetch', 'fetch'] as const

/** Half of them with a body that must arrive as it was. */
const twenty = Array.from({ length: 20 }, (_, index) => ({
  url: `notes/${index}`,
  via: vias[index % vias.length]!,
  ...(index >= 10 && { method: 'POST', body: { index, text: 'as it was' } }),
}))

test('20 requests outlive the end of the session: the same user signs in again in a popup, and each is answered', async ({
  start,
}) => {
  const scene = await start({ client: { parkUntilSignedIn: true } })
  const { tab, parked } = await endSessionUnder(scene)
  const popup = await tab.openPopup()
  await Promise.all([popup.waitForEvent('close'), continueAs(popup, 'ada')])
  expect((await parked).map(({ status }) => status)).toEqual([...twenty, 'new'].map(() => 200))
  await expectDraft(tab.page)
  expect(await tab.signInOutcome()).toBeUndefined()
  // each was sent again once, with a token of the new session and the body it had
  const sends = new Map<string, typeof scene.api.log>()
  for (const request of scene.api.log)
    sends.set(request.id, [...(sends.get(request.id) ?? []), request])
  for (const [first, second, ...more] of sends.values()) {
    if (first?.path === '/new') expect([first.status, second]).toEqual([200, undefined])
    else expect([first?.status, second?.status, more.length]).toEqual([401, 200, 0])
    expect(second?.bodyHash ?? '').toBe(second ? first?.bodyHash : '')
  }
  expect(sends.size).toBe(21)
  expect(tab.events('session-ended')).toHaveLength(1)
})

test('parked requests of one user are never sent for another: they reject, and the form stays', async ({
  start,
}) => {
  const scene = await start({ client: { parkUntilSignedIn: true } })
  const { tab, parked, sent } = await endSessionUnder(scene)
  const popup = await tab.openPopup()
  await Promise.all([popup.waitForEvent('close'), continueAs(popup, 'grace')])
  expect(codesOf(await parked)).toEqual([...twenty, 'new'].map(() => 'session-changed'))
  expect(await tab.state()).toMatchObject({ status: 'signed-in', user: { sub: 'grace' } })
  expect(scene.api.log).toHaveLength(sent)
  await expectDraft(tab.page)
  // what begins now is hers
  expect((await tab.call('notes')).status).toBe(200)
})

test('parked requests reject with the refusal when the user cancels the sign-in', async ({
  start,
}) => {
  const scene = await start({ client: { parkUntilSignedIn: true } })
  const { tab, parked, sent } = await endSessionUnder(scene)
  const popup = await tab.openPopup()
  await Promise.all([
    popup.waitForEvent('close'),
    popup.getByRole('link', { name: 'Cancel' }).click(),
  ])
  const results = await parked
  expect(codesOf(results)).toEqual([...twenty, 'new'].map(() => 'access-denied'))
  expect(scene.api.log).toHaveLength(sent)
  // an axios error still holds the 401 that the request had got
  const throughAxios = results.filter(({ error }) => error?.isAxiosError)
  expect(throughAxios.filter(({ status }) => status === 401)).toHaveLength(15)
  await expectDraft(tab.page)
})

/** 20 requests meet the end of the session, and one more comes after it. */
async function endSessionUnder(scene: Scene) {
  const tab = await scene.signIn('/letters')
  await tab.signInWithoutLeaving()
  await beginDraft(tab.page)
  expect((await tab.call('warm')).status).toBe(200)
  scene.api.clearLog()
  scene.issuer.revokeSession('ada', { endBrowserSession: true })
  scene.issuer.expireAccessTokens()
  const first = tab.calls(twenty)
  await tab.untilStatus('signed-out')
  await expect.poll(() => scene.api.log.filter(({ status }) => status === 401).length).toBe(20)
  const late = tab.call('new')
  const parked = Promise.all([first, late]).then(([results, result]) => [...results, result])
  return { tab, parked, sent: scene.api.log.length }
}

function codesOf(results: readonly CallResult[]): (string | undefined)[] {
  return results.map(({ error }) => error?.authCode)
}
