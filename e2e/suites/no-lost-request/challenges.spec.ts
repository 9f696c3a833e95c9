import { refusal } from '../../support/resource-server.js'
import { expect, test } from '../../support/test.js'

test('a 401 whose challenge the page may not read counts as an expired token, and the developer is told', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.signIn()
  scene.api.use(({ isAuthorized }) =>
    isAuthorized
      ? undefined
      : { ...refusal, headers: { ...refusal.headers, 'access-control-expose-headers': '' } },
  )
  for (const via of ['axios', 'axios-fetch', 'fetch'] as const) {
    scene.issuer.expireAccessTokens()
    expect((await tab.call({ url: 'notes', via })).status, via).toBe(200)
  }
  expect(scene.refreshRequests()).toHaveLength(3)
  const hints = tab.facts().filter(({ kind, name }) => kind === 'log' && name === 'debug')
  expect(hints.map(({ detail }) => detail)).toEqual([
    expect.stringContaining('without a readable WWW-Authenticate header'),
  ])
})

test('a 401 from another origin, where a redirect led, is no word about the token: no refresh and no step-up', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.signIn()
  scene.api.use(({ path }) =>
    path === '/away'
      ? { status: 302, headers: { location: `${scene.foreign.origin}/landed` } }
      : undefined,
  )
  for (const challenge of ['invalid_token', 'insufficient_user_authentication']) {
    scene.foreign.answerWith(401, challenge)
    // axios's fetch adapter does not tell where an answer came from
    for (const via of ['axios', 'fetch'] as const)
      expect((await tab.call({ url: 'away', via })).status, via).toBe(401)
  }
  expect(scene.foreign.log.map(({ headers }) => headers.authorization)).toEqual(
    Array.from({ length: 4 }, () => undefined),
  )
  expect(scene.refreshRequests()).toEqual([])
  expect(tab.events('step-up-required')).toEqual([])
})
