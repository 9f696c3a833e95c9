import { afterEach, expect, it, vi } from 'vitest'
import { startResourceServer } from '../../../axios/src/testing/resource-server.js'
import { createAuthClient } from '../create-auth-client.js'
import { createAuthFetch } from './auth-fetch.js'
import { startApiScene } from './testing/api-scene.js'

afterEach(() => vi.unstubAllGlobals())

it('sends the token of the resource, and gives the response as fetch does', async () => {
  const { authFetch, api, token, settle, sentTokens } = await startApiScene()
  const response = await settle(authFetch(`${api.origin}/v1/items?page=2`))
  expect(response).toBeInstanceOf(Response)
  expect(response.url).toBe(`${api.origin}/v1/items?page=2`)
  expect(await response.json()).toMatchObject({ ok: true, url: '/v1/items?page=2' })
  expect(sentTokens()).toEqual([token()])
})

it('calls the fetch beneath in the same tick, looked up at each call', async () => {
  const { authFetch, api } = await startApiScene()
  const beneath = vi.fn<typeof fetch>(async () => new Response())
  vi.stubGlobal('fetch', beneath)
  const sent = authFetch(`${api.origin}/v1/items`, { keepalive: true, redirect: 'manual' })
  expect(beneath.mock.calls[0]?.[1]).toMatchObject({ keepalive: true, redirect: 'manual' })
  await sent
})

it('gives a streaming response untouched, while it streams', async () => {
  const { authFetch, api, settle } = await startApiScene()
  let end = () => {}
  api.answer = (_, response) => {
    response.write('first')
    end = () => response.end('last')
  }
  const { body } = await settle(authFetch(`${api.origin}/v1/stream`))
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader()
  expect((await reader.read()).value).toBe('first')
  end()
  expect((await reader.read()).value).toBe('last')
})

it('E11: leaves a request alone that has an Authorization of its own, or says so', async () => {
  const { authFetch, api, settle, sentTokens, world } = await startApiScene()
  const url = `${api.origin}/v1/items`
  const own = { headers: { authorization: 'Bearer own' } }
  await settle(authFetch(url, own))
  await settle(authFetch(new Request(url, own)))
  await settle(authFetch(url, { access: false }))
  expect(sentTokens()).toEqual(['own', 'own', undefined])
  expect(world.server.uses).toEqual([])
})

it('E24: sends what it was given, and nothing else, to a URL that is not listed', async () => {
  const { authFetch, api } = await startApiScene()
  const beneath = vi.fn<typeof fetch>(async () => new Response())
  vi.stubGlobal('fetch', beneath)
  const request = new Request(`${api.origin}/v2/items`, { method: 'POST', body: 'x' })
  await authFetch(request, { access: { required: false }, mode: 'cors' })
  expect(beneath.mock.calls).toEqual([[request, { mode: 'cors' }]])
  expect(beneath.mock.calls[0]?.[0]).toBe(request)
})

it('resolves a relative URL against the base of the document', async () => {
  const { page, api } = await startApiScene({ resources: [{ url: 'v1' }] })
  const beneath = vi.fn<typeof fetch>(async () => new Response())
  await createAuthFetch(page.auth, { fetch: beneath })('v1/items')
  await createAuthFetch(page.auth, { fetch: beneath })('//evil.test/v1/items')
  await createAuthFetch(page.auth, { fetch: beneath })(`${api.origin}/v1`)
  const sent = beneath.mock.calls.map(([url, init]) => [
    url,
    new Headers(init?.headers).has('authorization'),
  ])
  expect(sent).toEqual([
    ['https://app.test/v1/items', true],
    ['//evil.test/v1/items', false],
    [`${api.origin}/v1`, false],
  ])
})

it('takes method, headers and body of init over those of a Request, as fetch does', async () => {
  const { authFetch, api, settle, revoke } = await startApiScene()
  const request = new Request(`${api.origin}/v1/items`, {
    method: 'POST',
    body: 'one',
    headers: { 'x-one': '1' },
  })
  revoke()
  await settle(authFetch(request, { method: 'PUT', body: 'two', headers: { 'x-two': '2' } }))
  for (const { method, body, headers } of api.requests) {
    expect([method, String(body), headers['x-one'], headers['x-two']]).toEqual([
      'PUT',
      'two',
      undefined,
      '2',
    ])
  }
  expect(api.requests.length).toBe(2)
})

it('does not send a Request twice for itself: each send gets a copy', async () => {
  const { authFetch, api, settle, revoke } = await startApiScene()
  const request = new Request(`${api.origin}/v1/items`, { method: 'POST', body: 'precious' })
  // as in Firefox, where a Request does not show its body
  Object.defineProperty(request, 'body', { value: undefined })
  revoke()
  expect((await settle(authFetch(request))).status).toBe(200)
  expect(api.requests.map(({ body }) => String(body))).toEqual(['precious', 'precious'])
})

it('rejects at once with the reason of the caller when the wait is aborted, and sends nothing', async () => {
  const { authFetch, api, settle, expire, world } = await startApiScene()
  expire()
  world.server.usually = 'silence'
  const reason = new Error('changed my mind')
  const controller = new AbortController()
  const waiting = authFetch(`${api.origin}/v1/items`, { signal: controller.signal })
  const request = new Request(`${api.origin}/v1/items`, { signal: controller.signal })
  const other = authFetch(request)
  while (world.server.uses.length === 0) await world.clock.advance(0)
  controller.abort(reason)
  const late = authFetch(request)
  const outcomes = await settle(Promise.allSettled([waiting, other, late]))
  expect(outcomes).toEqual(Array.from({ length: 3 }, () => ({ status: 'rejected', reason })))
  expect(api.requests).toEqual([])
})

it('E21: rejects with what the fetch beneath throws, and never sends again after a network error', async () => {
  const { authFetch, api, settle, world } = await startApiScene()
  api.answer = (_, response) => void response.destroy()
  await expect(settle(authFetch(`${api.origin}/v1/items`))).rejects.toBeInstanceOf(TypeError)
  await expect(
    settle(authFetch(`${api.origin}/v1/items`, { headers: { 'bad header': '' } })),
  ).rejects.toBeInstanceOf(TypeError)
  expect([api.requests.length, world.server.uses.length]).toEqual([1, 0])
})

it('rejects with the error that says why there is no token', async () => {
  const { authFetch, api, settle, expire, world } = await startApiScene()
  expire()
  world.server.usually = 'unavailable'
  await expect(settle(authFetch(`${api.origin}/v1/a`))).rejects.toMatchObject({
    code: 'refresh-postponed',
  })
  const signedOut = await startApiScene({}, nobody)
  await expect(
    signedOut.settle(signedOut.authFetch(`${signedOut.api.origin}/v1/a`)),
  ).rejects.toMatchObject({ code: 'sign-in-required' })
  expect([api.requests.length, signedOut.api.requests.length]).toEqual([0, 0])
})

it('sends a request that needs nobody bare while nobody is signed in', async () => {
  const { authFetch, api, settle, sentTokens } = await startApiScene({}, nobody)
  const response = await settle(authFetch(`${api.origin}/v1/a`, { access: { required: false } }))
  expect(response.status).toBe(401)
  expect(sentTokens()).toEqual([undefined])
})

it('E8: takes the token to no other origin when the API redirects', async () => {
  const { authFetch, api, settle, token, world } = await startApiScene()
  const foreign = await startResourceServer()
  api.answer = (_, response) =>
    void response.writeHead(302, { location: `${foreign.origin}/v1/items` }).end()
  expect((await settle(authFetch(`${api.origin}/v1/items`))).status).toBe(401)
  expect(api.requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${token()}`])
  expect(foreign.requests.map(({ headers }) => headers.authorization)).toEqual([undefined])
  // its 401 is no word about the token, which it never got
  expect(world.server.uses).toEqual([])
  await foreign.close()
})

it('sends all requests untouched on a server, where nobody can be signed in', async () => {
  const auth = createAuthClient({
    issuer: 'https://as.test',
    clientId: 'spa',
    redirectUri: '/callback',
    resources: [{ url: 'https://api.test/' }],
  })
  const beneath = vi.fn<typeof fetch>(async () => new Response())
  await createAuthFetch(auth, { fetch: beneath })('https://api.test/items')
  expect(beneath.mock.calls).toEqual([['https://api.test/items', {}]])
})

function nobody(): void {}
