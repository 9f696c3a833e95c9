import { bodyKinds, type BodyKind } from '../../pages/harness/body-kinds.js'
import type { ApiRequest } from '../../support/resource-server.js'
import { expect, test } from '../../support/test.js'

const transports = ['axios', 'axios-fetch', 'fetch'] as const

for (const via of transports)
  test(`S13: ${via} sends every kind of body a second time byte for byte, and nothing but the token differs`, async ({
    start,
  }) => {
    const scene = await start()
    const tab = await scene.signIn()
    await tab.page.evaluate(() => (document.cookie = 'XSRF-TOKEN=from-a-cookie'))
    for (const kind of bodyKinds.filter((kind) => isSendable(kind, via))) {
      scene.issuer.expireAccessTokens()
      scene.api.clearLog()
      const result = await tab.sendBody(kind, via)
      expect(result, kind).toMatchObject({ status: 200, isConfigKept: true })
      const [first, second, ...more] = scene.api.log
      expect([first?.status, second?.status, more.length], kind).toEqual([401, 200, 0])
      expect(second?.fingerprint).not.toBe(first?.fingerprint)
      expect(outlineOf(second!), kind).toEqual(outlineOf(first!))
      expect(first?.path).toMatch(/^\/bodies\?list=a&list=b(%20|\+)c&n=1$/)
      expect(first?.headers['x-app']).toBe('as it was')
      if (via !== 'fetch') expect(first?.headers['x-xsrf-token']).toBe('from-a-cookie')
      if (via === 'axios' && kind !== 'none') expect(result.uploads, kind).toBeGreaterThan(0)
      if (kind !== 'none') expect(first?.body.length, kind).toBeGreaterThan(3)
    }
  })

test('S13: a call aborted while it waits for a refresh ends at once with the reason given, and nothing is sent', async ({
  start,
}) => {
  const scene = await start()
  const tab = await scene.signIn()
  const held = scene.issuer.faults.hold('token', { grantType: 'refresh_token' })
  for (const [via, outcome] of [
    ['axios', 'CanceledError'],
    ['axios-fetch', 'CanceledError'],
    ['fetch', 'I changed my mind'],
  ] as const) {
    scene.issuer.expireAccessTokens()
    const before = scene.api.log.length
    await tab.beginCall({ url: 'notes', via })
    await held.arrived
    await expect.poll(() => scene.api.log.length).toBe(before + 1)
    await expect.poll(() => scene.api.log.at(-1)?.status).toBe(401)
    expect((await tab.abort('I changed my mind')).outcome).toBe(outcome)
    expect(scene.api.log).toHaveLength(before + 1)
  }
  // the refresh goes on without them
  held.release()
  await expect.poll(() => scene.refreshes().length).toBe(1)
  expect((await tab.call('notes')).status).toBe(200)
  expect(scene.refreshRequests()).toHaveLength(1)
})

test('S13: a time-out covers waiting and replaying together', async ({ start }) => {
  const scene = await start()
  const tab = await scene.signIn()
  const held = scene.issuer.faults.hold('token', { grantType: 'refresh_token' })
  scene.issuer.expireAccessTokens()
  const result = tab.call({ url: 'notes', timeoutMs: 1500 })
  await held.arrived
  expect((await result).error).toMatchObject({
    isAxiosError: true,
    code: 'ECONNABORTED',
    message: 'timeout of 1500ms exceeded',
  })
  expect(scene.api.log).toHaveLength(1)
  held.release()
  await expect.poll(() => scene.refreshes().length).toBe(1)
})

test('S13: a method outside the replay policy is sent once, and its own 401 comes back after the refresh', async ({
  start,
}) => {
  const scene = await start({ client: { replay: 'safe' } })
  const tab = await scene.signIn()
  for (const via of transports) {
    scene.issuer.expireAccessTokens()
    scene.api.clearLog()
    const [post, get] = [
      await tab.call({ url: 'notes', method: 'POST', body: { text: 'x' }, via }),
      await tab.call({ url: 'notes', via }),
    ]
    expect([post.status, get.status], via).toEqual([401, 200])
    expect(post.error?.authCode).toBe(via === 'fetch' ? undefined : 'not-replayable')
    expect(scene.api.log.map(({ method, status }) => `${method} ${status}`)).toEqual([
      'POST 401',
      'GET 200',
    ])
  }
  const told = tab.facts().filter(({ kind, name }) => kind === 'log' && name === 'debug')
  expect(told.map(({ detail }) => detail).join()).toContain('the replay policy excludes it')
})

/** axios knows no `Request`; and of a typed array's kinds it sends what XMLHttpRequest can. */
function isSendable(kind: BodyKind, via: (typeof transports)[number]): boolean {
  return kind !== 'Request' || via === 'fetch'
}

/** All of a request but what must differ: the token, and the boundary a browser makes up for each multipart body. */
function outlineOf({ method, path, headers, body }: ApiRequest) {
  const { authorization: _, 'content-type': type = '', ...rest } = headers
  const [, boundary] = /boundary=(.+)$/.exec(type) ?? []
  const plain = (text: string) => (boundary ? text.replaceAll(boundary, 'BOUNDARY') : text)
  return { method, path, headers: rest, type: plain(type), body: plain(body.toString('latin1')) }
}
