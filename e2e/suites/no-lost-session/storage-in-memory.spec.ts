import { expect, test } from '../../support/test.js'

test("with storage: 'memory' a user signs in by a redirect, each tab for itself, and no token is stored", async ({
  start,
}) => {
  const scene = await start({ client: { storage: 'memory' } })
  const tab = await scene.signIn('/inbox?unread')
  expect(new URL(tab.page.url()).search).toBe('?unread')
  expect(await tab.state()).toMatchObject({ persistence: 'memory' })
  scene.issuer.expireAccessTokens()
  expect((await tab.call('notes')).status).toBe(200)
  expect(scene.refreshes()).toHaveLength(1)
  const stored = await tab.page.evaluate(readDatabase)
  expect(stored.keys).toEqual([expect.stringMatching(/^requests:/)])
  expect(stored.text).not.toContain('codeVerifier')

  // the authorization server still knows the user: there is nothing to click
  const other = await scene.openTab('/')
  await other.untilStatus('signed-out')
  await other.page.click('#sign-in')
  await other.untilStatus('signed-in')
  expect((await tab.call('notes')).status).toBe(200)
  expect((await other.call('notes')).status).toBe(200)

  await tab.page.reload()
  await tab.untilStatus('signed-out')
  await tab.offerSignIn({ display: 'popup' })
  const popup = await tab.openPopup()
  if (!popup.isClosed()) await popup.waitForEvent('close')
  expect(await tab.signInOutcome()).toMatchObject({ authCode: 'unsupported-environment' })
  await tab.untilStatus('signed-out')
  await other.untilStatus('signed-in')
})

async function readDatabase(): Promise<{ keys: IDBValidKey[]; text: string }> {
  const ask = <Result>(request: IDBRequest<Result>) =>
    new Promise<Result>((resolve) => (request.onsuccess = () => resolve(request.result)))
  const database = await ask(indexedDB.open('latchkey'))
  const records = database.transaction('records').objectStore('records')
  const [keys, values] = await Promise.all([ask(records.getAllKeys()), ask(records.getAll())])
  database.close()
  return { keys, text: JSON.stringify(values) }
}
