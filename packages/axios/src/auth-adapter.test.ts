import { createServer } from 'node:http'
import { authErrorOf } from '@latchkey/core'
import axios, {
  AxiosError,
  AxiosHeaders,
  type AxiosAdapter,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { SessionEndedError } from '../../core/src/errors.js'
import { attachAuth } from './attach-auth.js'
import { createGate, expectNoToken, failureOf } from './testing/attached-axios-cases.js'
import { createFakeClient, type FakeClientOptions } from './testing/fake-client.js'
import { startResourceServer, type ResourceServer } from './testing/resource-server.js'

const origin = 'http://127.0.0.1:1'

let server: ResourceServer
beforeEach(async () => {
  server = await startResourceServer()
})
afterEach(async () => {
  vi.useRealTimers()
  await server.close()
})

/** An instance whose adapter is the test's: it accepts the client's current token. */
function attachTo(
  adapter: AxiosAdapter,
  options: Partial<FakeClientOptions> = {},
  defaults: object = {},
) {
  const client = createFakeClient({ resources: [{ url: origin }], ...options })
  const api = axios.create({ baseURL: origin, adapter, ...defaults })
  const detach = attachAuth(api, client.auth)
  return { client, api, detach }
}

function respond(
  config: InternalAxiosRequestConfig,
  status: number,
  data: unknown = '',
): AxiosResponse {
  return { status, statusText: '', headers: {}, data, config }
}

function tokenIn(config: InternalAxiosRequestConfig): unknown {
  return config.headers.get('Authorization')
}

it('calls the adapter in the same tick when the token in memory is fresh (rule 7)', async () => {
  const sent: unknown[] = []
  const { client, api } = attachTo(async (config) => {
    sent.push(tokenIn(config))
    return respond(config, 200)
  })
  const response = api.get('a')
  expect(sent).toEqual([`Bearer ${client.token}`])
  await response
})

it('gives an untouched request the very config axios made, and no copy (rule 4)', async () => {
  const sent: InternalAxiosRequestConfig[] = []
  const { api } = attachTo(async (config) => {
    sent.push(config)
    return respond(config, 200)
  })
  const elsewhere = await api.get('http://127.0.0.1:2/a', { timeout: 1000 })
  const refusing = await api.get('a', { access: false })
  expect(sent[0]).toBe(elsewhere.config)
  expect(sent[1]).toBe(refusing.config)
})

it('sends the body itself, not a clone of it, each time (rule 6)', async () => {
  const bodies: unknown[] = []
  const { client, api } = attachTo(
    async (config) => {
      bodies.push(config.data)
      return respond(config, tokenIn(config) === `Bearer ${client.tokens[0]}` ? 401 : 200)
    },
    {},
    { transformRequest: [] },
  )
  const body = { deep: { value: 1 } }
  const { config } = await api.post('a', body)
  expect(bodies).toEqual([body, body])
  expect(bodies.every((sent) => sent === config.data)).toBe(true)
})

it('gives each send a config of its own: what an adapter writes into it reaches neither the app nor the next (rule 6)', async () => {
  const { client, api } = attachTo(async (config) => {
    const isSecond = config.headers.has('X-Scribble')
    config.headers.set('X-Scribble', '1')
    config.params = { scribble: isSecond }
    return respond(config, tokenIn(config) === `Bearer ${client.tokens[0]}` ? 401 : 200)
  })
  const response = await api.get('a', { params: { q: 1 } })
  expect(response.config.params).toEqual({ q: 1 })
  expect(response.config.headers.has('X-Scribble')).toBe(false)
})

it('restores the instance when it is detached (rule 1)', async () => {
  const adapter: AxiosAdapter = async (config) => respond(config, 200, tokenIn(config) ?? 'bare')
  const { client, api, detach } = attachTo(adapter)
  expect((await api.get('a')).data).toBe(`Bearer ${client.token}`)
  detach()
  const response = await api.get('a')
  expect(response.data).toBe('bare')
  expect(response.config.adapter).toBe(adapter)
  detach()
})

it('attaches once, however often it is attached, until the last is detached (rule 1)', async () => {
  let sends = 0
  const { client, api, detach } = attachTo(async (config) => {
    sends++
    return respond(config, 401)
  })
  const again = attachAuth(api, client.auth)
  await failureOf(api.get('a', { validateStatus: (status) => status < 400 }).then(rejectRefused))
  expect([sends, client.refreshes]).toEqual([2, 1])
  detach()
  await api.get('b')
  expect([sends, client.refreshes]).toEqual([4, 2])
  again()
  await api.get('c')
  expect(sends).toBe(5)
})

it('serves two clients on one instance, each with its own resources', async () => {
  const sent: unknown[] = []
  const { client, api } = attachTo(async (config) => {
    sent.push(tokenIn(config))
    return respond(config, 200)
  })
  const other = createFakeClient({ resources: [{ url: 'http://127.0.0.1:2' }] })
  attachAuth(api, other.auth)
  const { config } = await api.get('a')
  await api.get('http://127.0.0.1:2/b')
  await api.request(config)
  expect(sent).toEqual([client, other, client].map(({ token }) => `Bearer ${token}`))
  client.person = 'grace'
  expect(await failureOf(api.request(config))).toMatchObject({ code: 'session-changed' })
})

it('refreshes once for all instances and requests that share a client, even if a 401 comes late', async () => {
  const late = createGate()
  const { client, api } = attachTo(async (config) => {
    const isOld = tokenIn(config) === `Bearer ${client.tokens[0]}`
    if (isOld && config.url === 'late') await late.opened
    return respond(config, isOld ? 401 : 200)
  })
  const second = axios.create({ baseURL: origin, adapter: api.defaults.adapter! })
  attachAuth(second, client.auth)
  const straggler = api.get('late')
  const statuses = await Promise.all(
    Array.from({ length: 20 }, (_, n) => (n % 2 ? api : second).get(`${n}`)),
  )
  late.open()
  expect([...statuses, await straggler].every(({ status }) => status === 200)).toBe(true)
  expect(client.refreshes).toBe(1)
})

it('E13: lets an interceptor call the instance, also from within a refresh (rule 16)', async () => {
  const { client, api } = attachTo(
    async (config) => respond(config, tokenIn(config) === `Bearer ${client.tokens[0]}` ? 401 : 200),
    { refresh: async () => void (await api.get('csrf', { access: false })) },
  )
  api.interceptors.request.use(async (config) => {
    if (config.url === 'a') await api.get('before')
    return config
  })
  expect((await api.get('a')).status).toBe(200)
  expect(client.refreshes).toBe(1)
})

it('remembers who was here when the interceptor ran, not when the adapter is called (rule 2)', async () => {
  let sends = 0
  const { client, api } = attachTo(async (config) => {
    sends++
    return respond(config, 200)
  })
  const gate = createGate()
  // registered later, it runs before: the pin is set when it has passed the config on
  api.interceptors.request.use(async (config) => config)
  const slow = api.get('a', {
    transformRequest: (data: unknown) => {
      client.person = 'grace'
      return data
    },
  })
  gate.open()
  expect(await failureOf(slow)).toMatchObject({ code: 'session-changed' })
  expect(sends).toBe(0)
})

it('passes on what a custom adapter rejects with, whatever it is (rule 8)', async () => {
  for (const reason of [undefined, 'text', new Error('own'), { code: 'OWN' }]) {
    const { client, api } = attachTo(() => Promise.reject(reason))
    const outcome = await api.get('a').then(
      () => 'resolved',
      (error: unknown) => ({ error }),
    )
    expect(outcome).toEqual({ error: reason })
    expect(client.refreshes).toBe(0)
  }
})

it('finds the 401 in what a custom adapter rejects with, AxiosError or not (rule 8)', async () => {
  const { client, api } = attachTo(async (config) => {
    const response = respond(config, 401)
    if (tokenIn(config) === `Bearer ${client.tokens[0]}`)
      throw Object.assign(new Error('no'), { response })
    return respond(config, 200)
  })
  expect((await api.get('a')).status).toBe(200)
})

it('rejects as axios does when there is no such adapter (rule 5)', async () => {
  const { api } = attachTo('carrier-pigeon' as unknown as AxiosAdapter)
  expect((await failureOf(api.get('a'))).message).toMatch(/Unknown adapter/)
})

it('uses the fetch that the request brings (rule 5)', async () => {
  const client = createFakeClient({ resources: [{ url: origin }] })
  const api = axios.create({ baseURL: origin, adapter: 'fetch' })
  attachAuth(api, client.auth)
  const seen: (string | null)[] = []
  const fetch = async (input: unknown) => {
    seen.push((input as Request).headers.get('authorization'))
    return new Response('{}', { status: seen.length === 1 ? 401 : 200 })
  }
  const response = await api.get('a', { env: { fetch } })
  expect(response.status).toBe(200)
  expect(seen).toEqual(client.tokens.map((token) => `Bearer ${token}`))
  expectNoToken(response, client)
})

it('frees the connection of a dropped 401 whose body is a stream (rule 9)', async () => {
  for (const adapter of ['fetch', 'http'] as const) {
    const client = createFakeClient({ resources: [{ url: server.origin }] })
    const api = axios.create({ baseURL: server.origin, adapter, responseType: 'stream' })
    attachAuth(api, client.auth)
    const closed = new Promise<void>((resolve) => {
      server.answer = ({ headers }, response) => {
        if (headers.authorization !== `Bearer ${client.tokens[0]}`) return false
        response.on('close', resolve)
        response.writeHead(401).write('never ending')
        return true
      }
    })
    server.accepts = client.nextToken
    const response = await api.get('a')
    expect(response.status).toBe(200)
    await closed
  }
})

it('takes no refresh to answer a new DPoP nonce, and proves each send anew', async () => {
  const client = createFakeClient({ resources: [{ url: server.origin }], dpop: true })
  const api = axios.create({ baseURL: server.origin, adapter: 'fetch' })
  attachAuth(api, client.auth)
  server.accepts = client.token
  server.answer = ({ headers }, response) => {
    if (String(headers['dpop']).endsWith('n-1')) return false
    const challenge = { 'WWW-Authenticate': 'DPoP error="use_dpop_nonce"', 'DPoP-Nonce': 'n-1' }
    response.writeHead(401, challenge).end()
    return true
  }
  const response = await api.post('a', { a: 1 })
  expect(response.status).toBe(200)
  const proofs = server.requests.map(({ headers }) => headers['dpop'])
  expect(new Set(proofs).size).toBe(2)
  for (const proof of proofs) expect(proof).toContain(` POST ${server.origin}/a`)
  expect(client.refreshes).toBe(0)
  expectNoToken(response, client)
})

it('E8: lets no redirect carry a DPoP proof to another origin', async () => {
  const foreign = await startResourceServer()
  const client = createFakeClient({ resources: [{ url: server.origin }], dpop: true })
  const api = axios.create({ baseURL: server.origin, adapter: 'fetch' })
  attachAuth(api, client.auth)
  server.answer = (_, response) =>
    void response.writeHead(307, { Location: `${foreign.origin}/a` }).end()
  const error = await failureOf(api.get('a'))
  expect(error.isAxiosError).toBe(true)
  expect(foreign.requests).toEqual([])
  expectNoToken(error, client)
  await foreign.close()
})

it('leaves maxRedirects to axios: the token goes along within the API, and to no other origin', async () => {
  const foreign = await startResourceServer()
  const client = createFakeClient({ resources: [{ url: server.origin }] })
  const api = axios.create({ baseURL: server.origin, adapter: 'http' })
  attachAuth(api, client.auth)
  server.accepts = client.nextToken
  foreign.answer = (_, response) => void response.end('{}')
  server.answer = ({ url }, response) => {
    const targets: Record<string, string> = { '/inside': '/end', '/outside': `${foreign.origin}/` }
    const to = targets[url]
    return to ? void response.writeHead(302, { Location: to }).end() : false
  }
  expect((await api.get('inside')).data).toMatchObject({ url: '/end' })
  expect((await api.get('outside')).status).toBe(200)
  expect((await failureOf(api.get('inside', { maxRedirects: 0 }))).status).toBe(302)
  expect(client.refreshes).toBe(1)
  const [first, second] = client.tokens.map((token) => `Bearer ${token}`)
  expect(server.requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
    ['/inside', first],
    ['/end', first],
    ['/inside', second],
    ['/end', second],
    ['/outside', second],
    ['/inside', second],
  ])
  expect(foreign.requests.map(({ headers }) => headers.authorization)).toEqual([undefined])
  await foreign.close()
})

it('never replays what was cut off at maxContentLength (rule 8)', async () => {
  for (const adapter of ['fetch', 'http'] as const) {
    const client = createFakeClient({ resources: [{ url: server.origin }] })
    const api = axios.create({ baseURL: server.origin, adapter, maxContentLength: 3 })
    attachAuth(api, client.auth)
    const error = await failureOf(api.get('a'))
    expect(error.message).toMatch(/maxContentLength/)
    expect(client.refreshes).toBe(0)
  }
})

it('leaves neither timer nor listener behind, however the request ends (rules 11 and 12)', async () => {
  vi.useFakeTimers()
  const added: unknown[] = []
  const removed: unknown[] = []
  for (const status of [200, 401, 500]) {
    const { client, api } = attachTo(async (config) => respond(config, status))
    const controller = new AbortController()
    const { signal } = controller
    vi.spyOn(signal, 'addEventListener').mockImplementation((_, listener) => added.push(listener))
    vi.spyOn(signal, 'removeEventListener').mockImplementation((_, it) => removed.push(it))
    const { token } = axios.CancelToken.source()
    const subscribe = vi.spyOn(token, 'subscribe')
    const unsubscribe = vi.spyOn(token, 'unsubscribe')
    await api.get('a', { timeout: 1000, signal, cancelToken: token })
    for (const call of subscribe.mock.calls) expect(unsubscribe.mock.calls).toContainEqual(call)
    expect(client.waiting).toBe(0)
  }
  expect(added.length).toBeGreaterThan(0)
  for (const listener of added) expect(removed).toContain(listener)
  expect(vi.getTimerCount()).toBe(0)
})

it('tells each send what is left of the timeout, to the millisecond (rule 11)', async () => {
  vi.useFakeTimers()
  const sent: unknown[] = []
  const { client, api } = attachTo(
    async (config) => {
      sent.push([config.timeout, config.timeoutErrorMessage])
      vi.advanceTimersByTime(100)
      return respond(config, tokenIn(config) === `Bearer ${client.tokens[0]}` ? 401 : 200)
    },
    { refresh: async () => void vi.advanceTimersByTime(250) },
  )
  await api.get('a', { timeout: 1000 })
  await api.get('a', { timeout: 0 })
  expect(sent).toEqual([
    [1000, 'timeout of 1000ms exceeded'],
    [650, 'timeout of 1000ms exceeded'],
    [0, undefined],
  ])
})

it('knows timeouts that are none: negative, endless, longer than a timer can be (rule 11)', async () => {
  const gate = createGate()
  const sent: unknown[] = []
  const { client, api } = attachTo(
    async (config) => {
      sent.push(config.timeout)
      return respond(config, 200)
    },
    { refresh: () => gate.opened },
  )
  client.expire()
  const timeouts = [-1, Infinity, 2 ** 40]
  const responses = Promise.all(timeouts.map((timeout) => api.get('a', { timeout })))
  await gate.reached
  await new Promise((resolve) => setTimeout(resolve, 5))
  gate.open()
  await responses
  expect(sent).toEqual(timeouts)
})

it('rejects with the reason of the abort when it comes between the first send and the wait (rule 12)', async () => {
  const controller = new AbortController()
  let sends = 0
  const { client, api } = attachTo(async (config) => {
    sends++
    controller.abort()
    return respond(config, 401)
  })
  const error = await failureOf(api.get('a', { signal: controller.signal }))
  expect(axios.isCancel(error)).toBe(true)
  expect([sends, client.refreshes]).toEqual([1, 0])
})

it('lets the failure of the second send win over the first 401 (rule 13)', async () => {
  const { client, api } = attachTo(async (config) => {
    if (tokenIn(config) === `Bearer ${client.tokens[0]}`) return respond(config, 401)
    throw new AxiosError('Network Error', 'ERR_NETWORK', config)
  })
  const error = await failureOf(api.get('a'))
  expect(error).toMatchObject({ code: 'ERR_NETWORK', message: 'Network Error' })
  expect(error.response).toBeUndefined()
  expectNoToken(error, client)
})

it('J6: keeps its token out of sight in a failure of a request that Node has begun (rule 6)', async () => {
  const closing = createServer((request) =>
    request.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut'),
  )
  await new Promise<void>((resolve) => closing.listen(0, '127.0.0.1', resolve))
  const { port } = closing.address() as { port: number }
  const client = createFakeClient({ resources: [{ url: `http://127.0.0.1:${port}` }] })
  const api = axios.create({ baseURL: `http://127.0.0.1:${port}`, adapter: 'http' })
  attachAuth(api, client.auth)
  const error = await failureOf(api.get('a'))
  expect(error.isAxiosError).toBe(true)
  expectNoToken(error, client)
  closing.close()
})

it('adds nothing to a request that needs no sign-in while nobody is signed in', async () => {
  const sent: unknown[] = []
  const { client, api } = attachTo(async (config) => {
    sent.push(tokenIn(config))
    return respond(config, 200)
  })
  client.person = undefined
  await api.get('a', { access: { required: false } })
  expect(await failureOf(api.get('a'))).toMatchObject({ code: 'sign-in-required' })
  expect(sent).toEqual([undefined])
})

it('counts the wait for nobody in particular as well (rule 11)', async () => {
  vi.useFakeTimers()
  const sent: unknown[] = []
  const { client, api } = attachTo(
    async (config) => {
      sent.push([config.timeout, tokenIn(config)])
      return respond(config, 200)
    },
    { restore: async () => void vi.advanceTimersByTime(250) },
  )
  client.person = undefined
  const response = await api.get('a', { access: { required: false }, timeout: 1000 })
  expect(sent).toEqual([[750, undefined]])
  expect(response.config.timeout).toBe(1000)
})

it('rejects when the queue is full, and sends nothing', async () => {
  const gate = createGate()
  const { client, api } = attachTo(async (config) => respond(config, 200), {
    maxQueue: 2,
    refresh: () => gate.opened,
  })
  client.expire()
  const waiting = [api.get('a'), api.get('a')]
  await gate.reached
  const error = await failureOf(api.get('a'))
  expect(error).toMatchObject({ code: 'refresh-postponed', cause: { reason: 'queue-full' } })
  gate.open()
  await Promise.all(waiting)
})

it('takes a dead session for what it is when the adapter itself is attached elsewhere', async () => {
  const ended = new SessionEndedError('idle', 'Over.')
  const inner = attachTo(async (config) => respond(config, 200), {
    refresh: () => Promise.reject(ended),
  })
  inner.client.expire()
  const { client, api } = attachTo(async (config) => {
    await inner.api.get(config.url!)
    return respond(config, 200)
  })
  const error = await failureOf(api.get('a'))
  expect(error.code).toBe('idle')
  expect(authErrorOf(error)).toBe(ended)
  expect(error.config?.headers).toBeInstanceOf(AxiosHeaders)
  expect(client.refreshes).toBe(0)
})

function rejectRefused(response: AxiosResponse): never {
  throw Object.assign(new Error(`status ${response.status}`), { response })
}
