import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { createFakeClock } from '../environment/testing/fake-clock.js'
import { boundedFetch } from './bounded-fetch.js'
import { startHostileIssuer } from '../../../dev-issuer/src/testing/hostile-issuer.js'
import { wallClock } from './testing/test-protocol.js'

const real = { fetch, clock: wallClock }

it('gives status, headers and body of the answer', async () => {
  const server = await startServer()
  server.always('/x', { status: 400, headers: { 'retry-after': '5' }, body: { error: 'no' } })
  const response = await boundedFetch(real, `${server.issuer}/x`, {}, 1000, 1000)
  expect(response.status).toBe(400)
  expect(response.headers.get('retry-after')).toBe('5')
  expect(await response.json()).toEqual({ error: 'no' })
})

it('gives an answer without a body', async () => {
  const server = await startServer()
  server.always('/x', { status: 204 })
  const response = await boundedFetch(real, `${server.issuer}/x`, {}, 1000, 1000)
  expect([response.status, await response.text()]).toEqual([204, ''])
})

it('sends no cookies and no referrer, reads no cache and follows no redirect', async () => {
  let seen: RequestInit | undefined
  const spy: typeof fetch = async (_, init) => {
    seen = init
    return new Response('{}')
  }
  await boundedFetch({ fetch: spy, clock: wallClock }, 'https://as.example/', {}, 10, 1000)
  expect(seen).toMatchObject({
    credentials: 'omit',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
    redirect: 'manual',
  })
})

it.each([301, 302, 307, 308])(
  'T9: a redirect (%i) brings nothing to its target',
  async (status) => {
    const server = await startServer()
    server.always('/from', { status, headers: { location: `${server.issuer}/target` } })
    const request = { method: 'POST', body: 'refresh_token=secret' }
    const response = await boundedFetch(real, `${server.issuer}/from`, request, 1000, 1000)
    expect(response.status).toBe(status)
    expect(server.count('/target')).toBe(0)
  },
)

it('T9: a redirect as browsers show it, with status 0, is given as one', async () => {
  const opaque = { type: 'opaqueredirect', status: 0, headers: new Headers(), body: null }
  const likeBrowsers: typeof fetch = async () => opaque as Response
  const dependencies = { fetch: likeBrowsers, clock: wallClock }
  const response = await boundedFetch(dependencies, 'https://as.example/', {}, 10, 1000)
  expect(response.status).toBe(302)
})

it('C25: a body over the limit is not read to its end', async () => {
  let sent = 0
  const endless = createServer((_, response) => {
    const chunk = 'x'.repeat(10_000)
    const write = () => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length
      if (!response.destroyed) response.once('drain', write)
    }
    write()
  })
  await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void endless.close())
  const url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}/`
  await expect(boundedFetch(real, url, {}, 100_000, 30_000)).rejects.toMatchObject({
    code: 'refresh-postponed',
    reason: 'invalid-response',
  })
  expect(sent).toBeLessThan(50_000_000)
})

it('gives a body of exactly the limit', async () => {
  const server = await startServer()
  server.always('/x', { body: 'x'.repeat(1000) })
  const response = await boundedFetch(real, `${server.issuer}/x`, {}, 1000, 1000)
  expect(await response.text()).toHaveLength(1000)
  await expect(boundedFetch(real, `${server.issuer}/x`, {}, 999, 1000)).rejects.toThrow()
})

it('ends a request that takes too long', async () => {
  const server = await startServer()
  server.always('/x', 'hang')
  const clock = createFakeClock()
  const answer = boundedFetch({ fetch, clock }, `${server.issuer}/x`, {}, 1000, 5000)
  const outcome = answer.catch((error: unknown) => error)
  await clock.advance(4999)
  expect(clock.timers).toBe(1)
  await clock.advance(1)
  expect(await outcome).toMatchObject({ reason: 'timeout' })
})

it('ends even if fetch ignores the signal', async () => {
  const clock = createFakeClock()
  const deaf: typeof fetch = () => new Promise(() => {})
  const answer = boundedFetch({ fetch: deaf, clock }, 'https://as.example/', {}, 1000, 5000)
  const outcome = answer.catch((error: unknown) => error)
  await clock.advance(5000)
  expect(await outcome).toMatchObject({ reason: 'timeout' })
})

it('ends when the signal fires', async () => {
  const server = await startServer()
  const controller = new AbortController()
  server.always('/x', () => {
    controller.abort()
    return 'hang'
  })
  await expect(
    boundedFetch(real, `${server.issuer}/x`, {}, 1000, 30_000, controller.signal),
  ).rejects.toMatchObject({ reason: 'timeout' })
})

it('sends nothing if the signal has fired before', async () => {
  const server = await startServer()
  await expect(
    boundedFetch(real, `${server.issuer}/x`, {}, 1000, 30_000, AbortSignal.abort()),
  ).rejects.toMatchObject({ reason: 'timeout' })
  expect(server.requests).toEqual([])
})

it('leaves no timer and no listener behind', async () => {
  const clock = createFakeClock()
  let listeners = 0
  const counting = {
    aborted: false,
    addEventListener: () => void listeners++,
    removeEventListener: () => void listeners--,
  } as unknown as AbortSignal
  const answering: typeof fetch = async () => {
    expect([clock.timers, listeners]).toEqual([1, 1])
    return new Response('{}')
  }
  await boundedFetch({ fetch: answering, clock }, 'https://as.example/', {}, 9, 9, counting)
  expect([clock.timers, listeners]).toEqual([0, 0])
})

it.each(['drop', 'cut'] as const)(
  'C10, C11: a connection that breaks (%s) is no answer',
  async (how) => {
    const server = await startServer()
    server.always('/x', how)
    await expect(boundedFetch(real, `${server.issuer}/x`, {}, 1000, 5000)).rejects.toMatchObject({
      code: 'refresh-postponed',
      reason: 'offline',
    })
  },
)

it('DM5: what a browser does without CORS is told with the endpoint’s address', async () => {
  const refused: typeof fetch = async () => {
    throw new TypeError('Failed to fetch')
  }
  const error: unknown = await boundedFetch(
    { fetch: refused, clock: wallClock },
    'https://as.example/token',
    {},
    1000,
    1000,
  ).catch((reason: unknown) => reason)
  expect((error as Error).message).toContain('https://as.example/token')
})

it('J5: what a custom fetch throws is not told on', async () => {
  const leaky: typeof fetch = async (_, init) => {
    throw Object.assign(new Error(`failed with ${String(init?.body)}`), { init })
  }
  const error: unknown = await boundedFetch(
    { fetch: leaky, clock: wallClock },
    'https://as.example/token',
    { body: 'secret' },
    1000,
    1000,
  ).catch((reason: unknown) => reason)
  expect(String(error)).toContain('https://as.example/token gave no usable answer (offline)')
  expect(JSON.stringify(error) + String((error as Error).cause)).not.toContain('secret')
})

it('K2: a polluted prototype adds nothing to the request', async () => {
  const polluted = Object.prototype as { integrity?: string }
  polluted.integrity = 'sha256-evil'
  onTestFinished(() => void delete polluted.integrity)
  let integrity: unknown = 'unread'
  const spy: typeof fetch = async (_, init) => {
    integrity = init?.integrity
    return new Response('{}')
  }
  await boundedFetch({ fetch: spy, clock: wallClock }, 'https://as.example/', {}, 9, 1000)
  expect(integrity).toBeUndefined()
})

async function startServer() {
  const server = await startHostileIssuer()
  onTestFinished(() => server.close())
  return server
}
