/** Shapes of URLs (S14, SECURITY E): the token is seen by the allowed origin and path only, and by what really is sent there. */
import { expect, it, vi } from 'vitest'
import { createAuthFetch } from './auth-fetch.js'
import { createSimulatedWorld } from './testing/simulated-world.js'

const pageUrl = 'https://app.test/area/page'

const allowed = [
  'https://api.test/v1',
  'https://api.test/v1/',
  'https://api.test/v1/items?next=https://evil.test/',
  'https://api.test/v1/items#part',
  'https://api.test:443/v1/items',
  'HTTPS://API.TEST/v1/items',
  'https:\\\\api.test\\v1\\items',
  '//api.test/v1/items',
  '\t//api.test/v1/items',
  'https://api.test/v2/../v1/items',
  'https://api.test/./v1/items',
  'https://api.test/v1/%2e%2e%2fitems',
  'https://api.test/v1/https://evil.test/',
  'https://xn--bcher-kva.test/v1/items',
  'https://bücher.test/v1/items',
  'https://BÜCHER.test/v1/items',
  '/api/items',
  '../api/items',
]

const foreign = [
  'https://evil.test/v1/items',
  '//evil.test/v1/items',
  '/\\evil.test/v1/items',
  '\\\\evil.test/v1/items',
  '\t//evil.test/v1',
  ' //evil.test/v1',
  'https:evil.test/v1',
  'https:/evil.test/v1',
  'https://api.test.evil.test/v1/items',
  'https://api.testevil/v1/items',
  'https://evil.test/https://api.test/v1/',
  'https://evil.test#https://api.test/v1/',
  'https://evil.test?https://api.test/v1/',
  'https://api.test@evil.test/v1/items',
  'https://api.test:pw@evil.test/v1/items',
  'https://user@api.test/v1/items',
  'https://user:pw@api.test/v1/items',
  'https://api.test:444/v1/items',
  'https://api.test./v1/items',
  'http://api.test/v1/items',
  'https://api.test/v2/items',
  'https://api.test/V1/items',
  'https://api.test/v12',
  'https://api.test/v1/../v2/items',
  'https://api.test/v1/%2e%2e/v2',
  'https://api.test/v1%2fitems',
  'https://api.test//v1/items',
  'https://api.test/',
  'https://xn--bcher-kva.evil.test/v1/',
  'https://аpi.test/v1/items', // a Cyrillic letter
  'https://2130706433/v1/',
  'https://bucket.s3.test/v1/a?X-Amz-Signature=abc',
  'wss://api.test/v1/items',
  'data:text/plain,https://api.test/v1/',
  'blob:https://api.test/v1/2f0a',
  'javascript:0',
  'https://api.test:99999/v1',
  'https://',
  '',
  'items',
]

it.each(allowed)('E6: sends the token with %j, and to what was judged', async (input) => {
  const { sent, refreshes } = await send(input)
  expect(sent).toEqual([{ url: new URL(input, pageUrl).href, hasToken: true }])
  expect(refreshes).toBe(0)
})

it.each(foreign)(
  'E2, E4, E6, E25, INV1: leaves %j alone: no token, and no refresh after its 401',
  async (input) => {
    const { sent, refreshes } = await send(input, 401)
    expect(sent).toEqual([{ url: input, hasToken: false }])
    expect(refreshes).toBe(0)
  },
)

it('judges a Request and a URL object as it judges their text', async () => {
  const url = 'https://api.test/v1/items'
  expect((await send(new URL(url))).sent).toEqual([{ url, hasToken: true }])
  expect((await send(new Request(url))).sent).toEqual([{ url, hasToken: true }])
  expect((await send(new Request('https://evil.test/v1'))).sent[0]?.hasToken).toBe(false)
})

async function send(input: string | URL | Request, status = 200) {
  const world = createSimulatedWorld()
  world.storeSession()
  const page = world.openPage(
    {
      resources: ['https://api.test/v1', 'https://bücher.test/v1/', '/api'].map((url) => ({ url })),
    },
    pageUrl,
  )
  await world.clock.until(page.auth.ready)
  const beneath = vi.fn<typeof fetch>(async () => new Response(null, { status }))
  await createAuthFetch(page.auth, { fetch: beneath })(input)
  page.auth.dispose()
  return {
    refreshes: world.server.uses.length,
    sent: beneath.mock.calls.map(([target, init]) => ({
      url: target instanceof Request ? target.url : String(target),
      hasToken: new Headers(init?.headers).has('authorization'),
    })),
  }
}
