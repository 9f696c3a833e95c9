import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios'
import { axios as oldestAxios } from './testing/oldest-axios.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { attachAuth } from './attach-auth.js'
import { finalUrl } from './final-url.js'
import { createFakeClient } from './testing/fake-client.js'

const base = 'https://app.test/shop/cart'
const captured: { url: string; authorized: boolean }[] = []

/** Stands in for a browser's `Request`, which resolves against the document. */
class CapturedRequest {
  readonly headers: Headers
  constructor(url: unknown, init?: RequestInit) {
    this.headers = new Headers(init?.headers)
    const authorized = this.headers.get('authorization')?.startsWith('Bearer canary') === true
    // axios makes Requests to find out what is supported, too
    if (init?.method === 'GET') captured.push({ url: String(url), authorized })
  }
}

// one for all: axios keeps an adapter for each
const env = {
  Request: CapturedRequest as unknown as typeof Request,
  fetch: () => Promise.resolve(new Response('{}')),
}

const instances: readonly [string, AxiosInstance][] = [
  ['the current axios', axios],
  ['axios 1.18', oldestAxios as unknown as AxiosInstance],
]

for (const [name, instance] of instances) {
  it(`E1, E2: judges the URL that axios sends, whatever base, path and params (${name}, rule 17)`, async () => {
    await fc.assert(
      fc.asyncProperty(anyConfig(), async (config) => {
        const sent = await captureUrl(instance, config)
        if (sent === undefined) return
        const judged = parse(finalUrl(config))
        // what cannot be judged, or brings credentials of its own, gets no token
        if (!judged || judged.username || judged.password) return
        const { origin, pathname } = new URL(sent, base)
        expect([judged.origin, judged.pathname]).toEqual([origin, pathname])
      }),
      { numRuns: 2000 },
    )
  }, 30_000)

  it(`shows its token to the listed origin and path alone, in every shape of URL (${name}, S14)`, async () => {
    const client = createFakeClient({ resources: [{ url: 'https://api.test/v1' }], baseUrl: base })
    for (const [baseURL, url, gets, more] of shapes) {
      const seen = await captureWithToken(instance, client.auth, {
        ...(baseURL !== undefined && { baseURL }),
        ...(url !== undefined && { url }),
        ...more,
      })
      expect([baseURL, url, seen.authorized]).toEqual([baseURL, url, gets])
    }
    expect(client.refreshes).toBe(0)
  })

  it(`E1, E2, E4, E6, INV1: never authorizes another origin or path (${name}, S14)`, async () => {
    const client = createFakeClient({ resources: [{ url: 'https://api.test/v1' }], baseUrl: base })
    await fc.assert(
      fc.asyncProperty(anyConfig(), async (config) => {
        const { url, authorized } = await captureWithToken(instance, client.auth, config)
        if (!authorized) return
        const { origin, pathname } = new URL(url!, base)
        expect(origin).toBe('https://api.test')
        expect(`${pathname}/`).toMatch(/^\/v1\//)
      }),
      { numRuns: 2000 },
    )
  }, 30_000)
}

it('gives no token to a request without any URL, which axios refuses or sends to the page', async () => {
  const client = createFakeClient({ resources: [{ url: '/' }], baseUrl: base })
  const seen = [
    await captureWithToken(axios, client.auth, {}),
    await captureWithToken(axios, client.auth, { params: { q: 1 } }),
    await captureWithToken(axios, client.auth, { url: '' }),
  ]
  expect(seen).toEqual([
    { url: undefined, authorized: false },
    { url: '?q=1', authorized: false },
    { url: '', authorized: true },
  ])
})

const shapes: readonly [
  baseURL: string | undefined,
  url: string | undefined,
  gets: boolean,
  more?: AxiosRequestConfig,
][] = [
  ['https://api.test/v1', 'items', true],
  ['https://api.test/v1/', '/items', true],
  ['https://api.test/v1', '', true],
  ['https://api.test/v1', undefined, true],
  ['https://api.test/', 'v1', true],
  [undefined, 'https://api.test/v1', true],
  [undefined, 'https://api.test/v1?next=//evil.test', true],
  [undefined, 'HTTPS://API.TEST/v1/items', true],
  [undefined, 'https://api.test:443/v1/items', true],
  [undefined, '//api.test/v1/items', true],
  [undefined, ' https://api.test/v1/items', true],
  [undefined, 'https://api.test/v2/../v1/items', true],
  ['https://api.test/v1', 'items', true, { params: { q: '//evil.test' } }],
  [undefined, 'https://api.test/v1/items ', false],
  ['https://api.test/v1///', 'items', false],
  ['https://api.test/v1', '//evil.test/v1', true, { allowAbsoluteUrls: false }],
  ['https://api.test/v1', '../v2/items', false],
  ['https://api.test/v1', '%2e%2e/items', false],
  [undefined, 'https://api.test/v10', false],
  [undefined, 'https://api.test/', false],
  [undefined, 'https://api.test/V1/items', false],
  [undefined, 'http://api.test/v1/items', false],
  [undefined, 'https://api.test:444/v1/items', false],
  [undefined, 'https://api.test./v1/items', false],
  [undefined, 'https://api.test.evil/v1/items', false],
  [undefined, 'https://api.testevil/v1/items', false],
  [undefined, 'https://sub.api.test/v1/items', false],
  [undefined, 'https://api.test@evil.test/v1/items', false],
  [undefined, 'https://evil.test/https://api.test/v1', false],
  [undefined, 'https://evil.test/?https://api.test/v1', false],
  [undefined, 'https://evil.test#https://api.test/v1', false],
  [undefined, 'https://me:pw@api.test/v1/items', false],
  [undefined, 'https://аpi.test/v1/items', false],
  [undefined, 'https://xn--pi-6kc.test/v1/items', false],
  [undefined, 'https://api.test\\@evil.test/v1', false],
  [undefined, 'https://[::1]/v1/items', false],
  [undefined, 'items', false],
  [undefined, '/v1/items', false],
  [undefined, 'data:text/plain,https://api.test/v1', false],
  [undefined, 'blob:https://api.test/v1', false],
  [undefined, 'https://bucket.s3.test/v1/o?X-Amz-Signature=1', false],
  ['https://api.test/v1', '//evil.test/v1', false],
  ['https://api.test/v1', 'https://evil.test/v1', false],
  ['https://api.test/v1', 'HTTP://evil.test/v1', false],
  ['https://evil.test/', 'https://api.test/v1', true],
  ['https://evil.test', '/v1', false],
  ['//evil.test', 'v1', false],
  ['////', 'evil.test/v1', false],
  // beneath a base even odd shapes stay on its origin
  ['https://api.test/v1', '/\\evil.test', true],
  ['https://api.test/v1', '\t//evil.test', true],
  [undefined, '/\\evil.test/v1', false],
  [undefined, '\\\\evil.test/v1', false],
  [undefined, '\t//evil.test/v1', false],
]

function anyConfig(): fc.Arbitrary<AxiosRequestConfig> {
  const piece = fc.oneof(
    fc.constantFrom('https:', 'http:', 'HTTPS:', 'https', 'ftp:', 'data:', 'javascript:', 'blob:'),
    fc.constantFrom(
      '/',
      '//',
      '///',
      '\\',
      '\t',
      ' ',
      '\n',
      '.',
      '..',
      '%2e',
      '?',
      '#',
      '@',
      ':',
      '*',
    ),
    fc.constantFrom(
      'api.test',
      'evil.test',
      'API.test',
      'api.test:443',
      '[::1]',
      'xn--n3h',
      '☃',
      'a:b@',
    ),
    fc.constantFrom('v1', 'v2', 'items', 'undefined', ''),
    fc.string({ maxLength: 3 }),
  )
  const text = fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join(''))
  const listed = fc.constantFrom(
    'https://api.test/v1',
    'https://api.test',
    'https://api.test/v1/',
    '/v1',
  )
  return fc.record(
    {
      url: fc.oneof(
        text,
        fc.tuple(listed, text).map((pair) => pair.join('')),
      ),
      baseURL: fc.oneof(listed, text),
      allowAbsoluteUrls: fc.boolean(),
      params: fc.dictionary(fc.string({ maxLength: 2 }), text, {
        maxKeys: 2,
        noNullPrototype: true,
      }),
    },
    { requiredKeys: [] },
  )
}

/** The URL as axios's fetch adapter hands it to `Request`; `undefined` = axios refuses it. */
async function captureUrl(instance: AxiosInstance, config: AxiosRequestConfig) {
  return (await capture(instance, config))?.url
}

async function captureWithToken(
  instance: AxiosInstance,
  auth: Parameters<typeof attachAuth>[1],
  config: AxiosRequestConfig,
) {
  const api = instance.create()
  attachAuth(api, auth)
  const sent = await capture(api, config)
  return { url: sent?.url, authorized: sent?.authorized === true }
}

async function capture(instance: AxiosInstance, config: AxiosRequestConfig) {
  captured.length = 0
  await instance.request({ ...config, adapter: 'fetch', env }).catch((error: unknown) => {
    // axios's own refusals; anything after the capture would be ours
    if (captured.length > 0) throw error
  })
  return captured[0]
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url, base)
  } catch {
    return undefined
  }
}
