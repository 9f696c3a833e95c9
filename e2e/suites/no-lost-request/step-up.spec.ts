import { continueAs, type Scene } from '../../support/scene.js'
import { expect, test } from '../../support/test.js'

const multiFactor = 'urn:latchkey:mfa'
const issuer = {
  resources: [{ identifier: 'urn:latchkey:demo-api', scope: 'notes:write' }],
}

test('a request goes on after a step-up in a popup: for a stronger sign-in, then for a scope', async ({
  start,
}) => {
  const scene = await start({ issuer })
  const tab = await scene.signIn('/vault')
  await tab.signInWithoutLeaving()
  demandStepUps(scene, (await tab.token()) as { fingerprint: string })

  const secret = tab.call({ url: 'secret', method: 'POST', body: { text: 'as it was' } })
  const popup = await tab.openPopup()
  await expect(popup.getByText('stronger sign-in')).toBeVisible()
  await Promise.all([popup.waitForEvent('close'), continueAs(popup)])
  expect((await secret).status).toBe(200)
  expect(requestedLast(scene)).toMatchObject({ acr_values: multiFactor, max_age: '300' })
  const [first, second, ...more] = scene.api.log.filter(({ path }) => path === '/secret')
  expect([first?.status, second?.status, more.length]).toEqual([401, 200, 0])
  expect(second?.bodyHash).toBe(first?.bodyHash)

  const write = tab.call({ url: 'write', method: 'PUT', body: { text: 'more' }, via: 'fetch' })
  // the user has just signed in: there is nothing to click
  await tab.openPopup()
  expect((await write).status).toBe(200)
  expect(requestedLast(scene).scope?.split(' ')).toContain('notes:write')
  expect(scene.api.log.filter(({ path }) => path === '/write').map(({ status }) => status)).toEqual(
    [403, 200],
  )
  expect(scene.refreshRequests()).toHaveLength(0)
  // not once was the user out
  expect(tab.statuses()).toEqual([
    'restoring',
    'signed-out',
    'signing-in',
    'restoring',
    'signed-in',
  ])
})

test('a step-up that the user cancels leaves the session and the answer of the API as they were', async ({
  start,
}) => {
  const scene = await start({ issuer })
  const tab = await scene.signIn('/vault')
  await tab.signInWithoutLeaving()
  demandStepUps(scene, (await tab.token()) as { fingerprint: string })
  const secret = tab.call('secret')
  const popup = await tab.openPopup()
  await Promise.all([
    popup.waitForEvent('close'),
    popup.getByRole('link', { name: 'Cancel' }).click(),
  ])
  expect((await secret).status).toBe(401)
  expect(await tab.signInOutcome()).toMatchObject({ authCode: 'access-denied' })
  await tab.untilStatus('signed-in')
  expect((await tab.call('notes')).status).toBe(200)
})

test('a step-up by a redirect comes back to the same place: for a stronger sign-in, then for a scope', async ({
  start,
}) => {
  const scene = await start({ issuer })
  const place = '/vault/7?tab=open&tab=all#line-3'
  const tab = await scene.signIn(place)
  demandStepUps(scene, (await tab.token()) as { fingerprint: string })
  for (const [url, asked] of [
    ['secret', { acr_values: multiFactor, max_age: '300' }],
    ['write', {}],
  ] as const) {
    await tab.redirectForStepUps()
    tab.forgetFacts()
    await tab.beginCall({ url })
    if (url === 'secret') await continueAs(tab.page)
    await expect.poll(() => tab.events('step-up-required').length).toBe(1)
    // another document, at the same place
    await expect.poll(() => tab.facts().filter(({ kind }) => kind === 'url').length).toBe(1)
    await tab.page.waitForURL(scene.app.origin + place)
    await tab.untilStatus('signed-in')
    expect(requestedLast(scene)).toMatchObject(asked)
    expect((await tab.call(url)).status).toBe(200)
  }
  expect(requestedLast(scene).scope?.split(' ')).toContain('notes:write')
})

/** Tokens of the first sign-in are not good enough for two paths; those of the second are for one of them. */
function demandStepUps(scene: Scene, { fingerprint: plain }: { fingerprint: string }): void {
  let strong: string | undefined
  scene.api.use(({ path, fingerprint }) => {
    if (path === '/secret' && fingerprint !== plain) strong = fingerprint
    if (path === '/secret' && fingerprint === plain)
      return challenge(
        401,
        `error="insufficient_user_authentication", acr_values="${multiFactor}", max_age="300"`,
      )
    if (path === '/write' && (fingerprint === plain || fingerprint === strong))
      return challenge(403, 'error="insufficient_scope", scope="notes:write"')
    return undefined
  })
}

function challenge(status: number, parameters: string) {
  return { status, headers: { 'www-authenticate': `Bearer ${parameters}` } }
}

/** The parameters of the last authorization request. */
function requestedLast(scene: Scene): Record<string, string | undefined> {
  const urls = scene.proxy.exchanges
    .map(({ url }) => new URL(url, scene.proxy.origin))
    .filter(({ pathname, searchParams }) => pathname === '/authorize' && searchParams.size > 0)
  return Object.fromEntries(urls.at(-1)?.searchParams ?? [])
}
