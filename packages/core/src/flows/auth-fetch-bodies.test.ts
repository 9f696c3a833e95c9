/** Bodies × outcomes with the fetch twin (S13): the second send equals the first, byte for byte, or there is none. */
import { expect, it } from 'vitest'
import { bodies, withoutBoundary, type BodyCase } from '../../../axios/src/testing/bodies.js'
import type { ReceivedRequest } from '../../../axios/src/testing/resource-server.js'
import { startApiScene } from './testing/api-scene.js'

const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index % 256)
const file = new File([bytes], 'a.bin', { type: 'application/octet-stream' })

/** What fetch itself turns into something else is turned so by the app. */
const cases: readonly BodyCase[] = [
  ...bodies.map((body) =>
    body.name === 'an object' ? { ...body, make: () => JSON.stringify(body.make()) } : body,
  ),
  { name: 'a File', make: () => file },
  { name: 'a DataView', make: () => new DataView(bytes.slice().buffer, 10, 100) },
]

for (const { name, make, headers = {} } of cases) {
  for (const isRequest of [false, true]) {
    const what = isRequest ? `a Request with ${name}` : name
    const input = (url: string): [Request | string, RequestInit | undefined] => {
      const init = {
        method: 'POST',
        body: make() as BodyInit,
        headers: { ...headers, 'X-Own': '1' },
      }
      return isRequest ? [new Request(url, init), undefined] : [url, init]
    }

    it(`sends ${what} as bare fetch does`, async () => {
      const { authFetch, api, settle } = await startApiScene()
      await settle(fetch(...input(`${api.origin}/v1/a`)))
      await settle(authFetch(...input(`${api.origin}/v1/a`)))
      const [expected, sent] = api.requests.map(comparable)
      expect(sent).toEqual(expected)
    })

    it(`replays ${what} byte for byte after a 401`, async () => {
      const { authFetch, api, settle, revoke, sentTokens, world } = await startApiScene()
      revoke()
      const response = await settle(authFetch(...input(`${api.origin}/v1/a?b=1`)))
      expect(response.status).toBe(200)
      const [first, second] = api.requests.map(comparable)
      expect(second).toEqual(first)
      if (make() !== undefined) expect(first!.body.length).toBeGreaterThan(0)
      expect([new Set(sentTokens()).size, api.requests.length, world.server.uses.length]).toEqual([
        2, 2, 1,
      ])
    })

    it(`gives the second 401 of ${what} as it is`, async () => {
      const { authFetch, api, settle, world } = await startApiScene()
      api.answer = (_, response) => void response.writeHead(401).end('no')
      const response = await settle(authFetch(...input(`${api.origin}/v1/a`)))
      expect([response.status, await response.text()]).toEqual([401, 'no'])
      expect([api.requests.length, world.server.uses.length]).toEqual([2, 1])
    })

    it(`never sends ${what} again after a network error`, async () => {
      const { authFetch, api, settle, world } = await startApiScene()
      api.answer = (_, response) => void response.destroy()
      await expect(settle(authFetch(...input(`${api.origin}/v1/a`)))).rejects.toBeInstanceOf(
        TypeError,
      )
      expect([api.requests.length, world.server.uses.length]).toEqual([1, 0])
    })

    it(`sends ${what} not at all when the refresh is refused, postponed or not waited for`, async () => {
      for (const fate of ['refused', 'unavailable', 'silence'] as const) {
        const { authFetch, api, settle, expire, world } = await startApiScene()
        expire()
        world.server.usually = fate
        const [url, init] = input(`${api.origin}/v1/a`)
        const controller = new AbortController()
        const sent = authFetch(url, { ...init, signal: controller.signal })
        const failed = sent.then(
          () => expect.unreachable('it was sent'),
          (error: unknown) => error,
        )
        if (fate === 'silence') {
          while (world.server.uses.length === 0) await world.clock.advance(0)
          controller.abort()
        }
        expect(await settle(failed)).toMatchObject(
          {
            refused: { code: 'refresh-token-refused' },
            unavailable: { code: 'refresh-postponed' },
          }[fate as 'refused'] ?? { name: 'AbortError' },
        )
        expect(api.requests).toEqual([])
      }
    })
  }
}

it('E20: gives a stream its own 401, after the refresh, and says so to the logger', async () => {
  const { authFetch, api, settle, revoke, hints, token } = await startApiScene()
  revoke()
  const before = token()
  const upload = () =>
    authFetch(`${api.origin}/v1/a`, {
      method: 'POST',
      body: new Blob([bytes]).stream(),
      duplex: 'half',
    } as RequestInit)
  const response = await settle(upload())
  expect([response.status, await response.json()]).toEqual([401, { error: 'expired' }])
  expect(token()).not.toBe(before)
  expect(hints.join()).toContain('body can be read only once')
  expect(api.requests.length).toBe(1)
  // the app sends it again, with the new token
  expect((await settle(upload())).status).toBe(200)
})

it.each([
  ['safe' as const, 1],
  [
    ({ method, url }: { method: string; url: string }) =>
      method !== 'POST' || !url.includes('/v1/'),
    1,
  ],
  ['all' as const, 2],
])('sends by the replay policy %s', async (replay, sends) => {
  const { authFetch, api, settle, revoke, world } = await startApiScene({ replay })
  revoke()
  const init = { method: 'POST', body: 'x' }
  expect((await settle(authFetch(`${api.origin}/v1/a`, init))).status).toBe(sends === 1 ? 401 : 200)
  expect([api.requests.length, world.server.uses.length]).toEqual([sends, 1])
  revoke()
  await settle(authFetch(`${api.origin}/v1/a`))
  expect(api.requests.slice(sends).map(({ method }) => method)).toEqual(['GET', 'GET'])
  revoke()
  api.requests.length = 0
  // a request decides for itself
  await settle(authFetch(`${api.origin}/v1/a`, { ...init, access: { replay: sends === 1 } }))
  expect(api.requests.length).toBe(sends === 1 ? 2 : 1)
})

function comparable({ method, url, headers, body }: ReceivedRequest) {
  const { authorization: _, 'content-length': length, ...others } = headers
  const plain = withoutBoundary(body, headers['content-type'])
  return {
    method,
    url,
    ...plain,
    headers: { ...others, 'content-type': plain.contentType },
    length: plain.isForm ? undefined : length,
  }
}
