/** What must hold with every adapter and every supported axios; the test files say with which. */
import { inspect } from 'node:util'
import { authErrorOf, isAuthError } from '@latchkey/core'
import axios, { type AxiosError, type AxiosInstance, type AxiosResponse } from 'axios'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { RefreshPostponedError, SessionEndedError } from '../../../core/src/errors.js'
import { attachAuth } from '../attach-auth.js'
import { createFakeClient, type FakeClient, type FakeClientOptions } from './fake-client.js'
import { startResourceServer, type ResourceServer } from './resource-server.js'

export type AdapterName = 'http' | 'fetch' | 'xhr'

export function testAttachedAxios(adapters: readonly AdapterName[]): void {
  let server: ResourceServer
  let foreign: ResourceServer
  beforeEach(async () => {
    server = await startResourceServer()
    foreign = await startResourceServer()
  })
  afterEach(async () => {
    await server.close()
    await foreign.close()
  })

  function attach(
    adapter: AdapterName,
    options: Partial<FakeClientOptions> = {},
  ): { client: FakeClient; api: AxiosInstance } {
    const client = createFakeClient({ resources: [{ url: `${server.origin}/v1` }], ...options })
    server.accepts = client.token
    const api = axios.create({ baseURL: `${server.origin}/v1`, adapter })
    attachAuth(api, client.auth)
    return { client, api }
  }

  /** The API forgets the current token; the next refresh brings one it accepts. */
  function expireAtServer(client: FakeClient): void {
    server.accepts = client.nextToken
  }

  for (const adapter of adapters) {
    it(`sends the token of the resource and gives the response as axios does (${adapter})`, async () => {
      const { client, api } = attach(adapter)
      const response = await api.get<{ ok: boolean }>('items', { params: { page: 2 } })
      expect(response).toMatchObject({ status: 200, data: { ok: true, url: '/v1/items?page=2' } })
      expect(sentTokens(server)).toEqual([`Bearer ${client.token}`])
    })

    it(`replays a refused request once, with the new token and otherwise the same (${adapter})`, async () => {
      const { client, api } = attach(adapter)
      expireAtServer(client)
      const response = await api.post('items', { name: 'a' }, { headers: { 'X-Own': '1' } })
      expect(response.status).toBe(200)
      expect(client.refreshes).toBe(1)
      const [first, second] = server.requests
      expect(sentTokens(server)).toEqual(client.tokens.map((token) => `Bearer ${token}`))
      expect(withoutToken(second!.headers)).toEqual(withoutToken(first!.headers))
      expect(second).toMatchObject({ method: 'POST', url: first!.url, body: first!.body })
    })

    it(`gives a 401 that persists as axios gives it, after one refresh (${adapter})`, async () => {
      const { client, api } = attach(adapter)
      server.accepts = 'nothing'
      const error = await failureOf(api.get('items'))
      expect(error).toMatchObject({
        isAxiosError: true,
        name: 'AxiosError',
        code: 'ERR_BAD_REQUEST',
        status: 401,
        message: 'Request failed with status code 401',
        response: { status: 401, data: { error: 'expired' } },
      })
      expect(error.cause).toBeUndefined()
      expect([server.requests.length, client.refreshes]).toEqual([2, 1])
    })

    it(`rejects with its code, our error as cause and the first 401 when the session ends (${adapter}, rule 13)`, async () => {
      const ended = new SessionEndedError('refresh-token-refused', 'The session is over.')
      const { client, api } = attach(adapter, { refresh: () => Promise.reject(ended) })
      expireAtServer(client)
      const error = await failureOf(api.get('items'))
      expect(axios.isAxiosError(error)).toBe(true)
      expect(isAuthError(error)).toBe(true)
      expect(authErrorOf(error)).toBe(ended)
      expect(error).toMatchObject({
        code: 'refresh-token-refused',
        status: 401,
        response: { status: 401, data: { error: 'expired' } },
      })
      expect(error.request).toBeUndefined()
      expect(server.requests.length).toBe(1)
      expectNoToken(error, client)
    })

    it(`rejects without sending when an expired token cannot be refreshed now (${adapter}, rule 13)`, async () => {
      const { client, api } = attach(adapter, {
        refresh: () => Promise.reject(new RefreshPostponedError('offline', 'No network.')),
      })
      client.expire()
      const error = await failureOf(api.get('items'))
      expect(error).toMatchObject({ isAxiosError: true, code: 'refresh-postponed' })
      expect(error.response).toBeUndefined()
      expect(error.config?.url).toBe('items')
      expect(server.requests).toEqual([])
    })

    it(`rejects a request of the person who was here before, and sends nothing (${adapter}, rule 10)`, async () => {
      const { client, api } = attach(adapter, {
        refresh: async () => {
          client.person = 'grace'
        },
      })
      client.expire()
      const error = await failureOf(api.get('items'))
      expect(error).toMatchObject({ isAxiosError: true, code: 'session-changed' })
      expect(server.requests).toEqual([])
    })

    it(`leaves a request to no listed URL alone, token, 401 and all (${adapter}, rule 4)`, async () => {
      const { client, api } = attach(adapter)
      const elsewhere = await failureOf(api.get(`${foreign.origin}/v1/items`))
      const besidePath = await failureOf(api.get(`${server.origin}/v2/items`))
      expect([elsewhere.status, besidePath.status]).toEqual([401, 401])
      expect([...sentTokens(foreign), ...sentTokens(server)]).toEqual([undefined, undefined])
      expect(client.refreshes).toBe(0)
    })

    it(`E11: leaves a request alone that brings credentials or says so (${adapter}, rule 4)`, async () => {
      const { client, api } = attach(adapter)
      await failureOf(api.get('a', { access: false }))
      await failureOf(api.get('b', { headers: { authorization: 'Basic own' } }))
      await failureOf(api.get('c', { auth: { username: 'me', password: 'pw' } }))
      await failureOf(api.get('d', { headers: { Authorization: false } }))
      expect(sentTokens(server)).toEqual([undefined, 'Basic own', 'Basic bWU6cHc=', undefined])
      expect(client.refreshes).toBe(0)
    })

    it(`J6, INV4: shows the app no token in what it resolves or rejects with (${adapter}, rule 6)`, async () => {
      const { client, api } = attach(adapter)
      const direct = await api.get('items')
      expireAtServer(client)
      const replayed = await api.post('items', { a: 1 })
      server.accepts = 'nothing'
      const refused = await failureOf(api.get('items'))
      server.answer = (_, response) => void response.destroy()
      const broken = await failureOf(api.get('items'))
      expect(broken.code).toMatch(/ERR_NETWORK|ECONNRESET|ERR_BAD_RESPONSE/)
      for (const shown of [direct, replayed, refused, broken]) expectNoToken(shown, client)
    })

    it(`gives the same config object in response and error, and never touches the app's own (${adapter}, rule 6)`, async () => {
      const { client, api } = attach(adapter)
      const own = { headers: { 'X-Own': '1' }, params: { q: ['a'] }, access: { replay: true } }
      const before = structuredClone(own)
      let merged: unknown
      api.interceptors.request.use((config) => {
        merged = config
        return config
      })
      expireAtServer(client)
      const response = await api.get('items', own)
      expect(response.config).toBe(merged)
      server.accepts = 'nothing'
      const error = await failureOf(api.get('items', own))
      expect(error.config).toBe(merged)
      expect(error.response?.config).toBe(merged)
      expect(own).toEqual(before)
    })

    it(`finds the 401 whatever validateStatus says, and gives the final one by its word (${adapter}, rule 8)`, async () => {
      const { client, api } = attach(adapter)
      for (const validateStatus of [() => true, null, (status: number) => status < 500]) {
        expireAtServer(client)
        const response = await api.get('items', { validateStatus })
        expect(response.status).toBe(200)
      }
      expect(client.refreshes).toBe(3)
      server.accepts = 'nothing'
      const final = await api.get('items', { validateStatus: () => true })
      expect(final).toMatchObject({ status: 401, data: { error: 'expired' } })
    })

    it(`gives the answer in the wanted form, the 401 of a request that is over as well as the second answer (${adapter})`, async () => {
      const { client, api } = attach(adapter)
      for (const responseType of ['json', 'text', 'arraybuffer', 'blob'] as const) {
        // Node's own adapter knows no Blob
        if (adapter === 'http' && responseType === 'blob') continue
        expireAtServer(client)
        const { data } = await api.get<unknown>(responseType, { responseType })
        expect(await textOf(data)).toContain('"ok":true')
        server.accepts = 'nothing'
        const error = await failureOf(api.get(responseType, { responseType }))
        expect(await textOf(error.response?.data)).toContain('"error":"expired"')
      }
      expect(client.refreshes).toBe(server.requests.length / 2)
    })

    it(`E21: takes a network error for what it is, and never sends again (${adapter}, rule 8)`, async () => {
      const { client, api } = attach(adapter)
      server.answer = (_, response) => void response.destroy()
      const error = await failureOf(api.post('items', 'x'))
      expect(error.isAxiosError).toBe(true)
      expect([server.requests.length, client.refreshes]).toEqual([1, 0])
    })

    it(`gives the original 401 after the refresh when the policy forbids a second send (${adapter}, rule 9)`, async () => {
      const { client, api } = attach(adapter, { replay: 'safe' })
      expireAtServer(client)
      const error = await failureOf(api.post('items', { a: 1 }))
      expect(error).toMatchObject({
        status: 401,
        code: 'ERR_BAD_REQUEST',
        notReplayable: true,
        cause: { code: 'not-replayable' },
      })
      expect([server.requests.length, client.refreshes]).toEqual([1, 1])
      expect((await api.post('items', { a: 1 })).status).toBe(200)
    })

    it(`lets a request decide for itself whether it is sent again (${adapter}, rule 9)`, async () => {
      const { client, api } = attach(adapter, { replay: 'safe' })
      expireAtServer(client)
      expect((await api.post('items', {}, { access: { replay: true } })).status).toBe(200)
      expireAtServer(client)
      const error = await failureOf(api.get('items', { access: { replay: false } }))
      expect(authErrorOf(error)?.code).toBe('not-replayable')
    })

    it(`rejects at once with CanceledError when the signal aborts the wait, and the refresh goes on (${adapter}, rule 12)`, async () => {
      const gate = createGate()
      const { client, api } = attach(adapter, { refresh: () => gate.opened })
      client.expire()
      const controller = new AbortController()
      const aborted = failureOf(api.get('items', { signal: controller.signal }))
      const other = api.get('items')
      await gate.reached
      controller.abort()
      const error = await aborted
      expect(error).toMatchObject({
        name: 'CanceledError',
        code: 'ERR_CANCELED',
        message: 'canceled',
      })
      expect(axios.isCancel(error)).toBe(true)
      expect(error.config?.url).toBe('items')
      expect(server.requests).toEqual([])
      expireAtServer(client)
      gate.open()
      expect((await other).status).toBe(200)
      expect([server.requests.length, client.refreshes]).toEqual([1, 1])
    })

    it(`rejects with a cancel token's own reason, which keeps no token (${adapter}, rule 12)`, async () => {
      const gate = createGate()
      const { client, api } = attach(adapter, { refresh: () => gate.opened })
      client.expire()
      const source = axios.CancelToken.source()
      const waiting = failureOf(api.get('items', { cancelToken: source.token }))
      await gate.reached
      source.cancel('enough')
      const error = await waiting
      expect(error).toBe(source.token.reason)
      expect(error.message).toBe('enough')
      expect(server.requests).toEqual([])
      gate.open()
    })

    it(`ends a wait at the request's timeout, in axios's words (${adapter}, rule 11)`, async () => {
      const gate = createGate()
      const { client, api } = attach(adapter, { refresh: () => gate.opened })
      client.expire()
      const startedAt = performance.now()
      const [plain, worded, clarified] = await Promise.all([
        failureOf(api.get('items', { timeout: 60 })),
        failureOf(api.get('items', { timeout: 60, timeoutErrorMessage: 'too slow' })),
        failureOf(api.get('items', { timeout: 60, transitional: { clarifyTimeoutError: true } })),
      ])
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(59)
      expect(plain).toMatchObject({ code: 'ECONNABORTED', message: 'timeout of 60ms exceeded' })
      expect(worded).toMatchObject({ code: 'ECONNABORTED', message: 'too slow' })
      expect(clarified).toMatchObject({ code: 'ETIMEDOUT', message: 'timeout of 60ms exceeded' })
      expect(plain.config?.timeout).toBe(60)
      expect(server.requests).toEqual([])
      gate.open()
    })

    it(`runs interceptors and transforms once, and the app sees one outcome (${adapter}, rule 14)`, async () => {
      const { client, api } = attach(adapter)
      const seen: string[] = []
      api.interceptors.request.use((config) => {
        seen.push('request')
        return config
      })
      api.interceptors.response.use((response) => {
        seen.push(`response ${response.status}`)
        return response
      })
      expireAtServer(client)
      await api.post(
        'items',
        { a: 1 },
        {
          transformRequest: (data) => {
            seen.push('transform')
            return JSON.stringify(data)
          },
          paramsSerializer: { serialize: () => 'x=1' },
          params: {},
        },
      )
      expect(seen).toEqual(['request', 'transform', 'response 200'])
      expect(server.requests.map(({ url }) => url)).toEqual(['/v1/items?x=1', '/v1/items?x=1'])
    })

    it(`sends an error's config again for the person it began with (${adapter}, rules 1 and 2)`, async () => {
      const { client, api } = attach(adapter)
      server.answer = (_, response) => void response.writeHead(503).end()
      const error = await failureOf(api.get('items'))
      server.answer = undefined
      expect((await api.request(error.config!)).status).toBe(200)
      expireAtServer(client)
      expect((await api.request(error.config!)).status).toBe(200)
      expect(server.requests.length).toBe(4)
      client.person = 'grace'
      server.accepts = client.token
      expect(await failureOf(api.request(error.config!))).toMatchObject({ code: 'session-changed' })
      expect((await api.get('items')).status).toBe(200)
      expect(server.requests.length).toBe(5)
    })
  }

  it('E16: judges by own properties: a polluted prototype gets no token anywhere', async () => {
    const sent: unknown[] = []
    const client = createFakeClient({ resources: [{ url: server.origin }] })
    const api = axios.create({
      adapter: async (config) => {
        sent.push([config.url, config.headers.get('authorization')])
        return { status: 200, statusText: '', headers: {}, data: '', config }
      },
    })
    attachAuth(api, client.auth)
    // an interceptor may give axios a plain object, which inherits what another package has polluted
    api.interceptors.request.use((config) => ({ ...config }))
    const prototype = Object.prototype as { baseURL?: string }
    try {
      prototype.baseURL = server.origin
      await api.get('items')
    } finally {
      delete prototype.baseURL
    }
    expect(sent).toEqual([['items', undefined]])
  })

  // happy-dom's XMLHttpRequest knows no timeout
  for (const adapter of adapters.filter((name) => name !== 'xhr')) {
    it(`gives the second send only what is left of the timeout, and tells the whole of it (${adapter}, rule 11)`, async () => {
      const gate = createGate()
      const { client, api } = attach(adapter, { refresh: () => gate.opened })
      const startedAt = performance.now()
      server.answer = ({ headers }) => headers.authorization === `Bearer ${client.tokens[1]}`
      server.accepts = 'nothing'
      const failed = failureOf(api.get('items', { timeout: 300 }))
      await gate.reached
      setTimeout(gate.open, 150)
      const error = await failed
      expect(error.message).toBe('timeout of 300ms exceeded')
      expect(error.config?.timeout).toBe(300)
      expect(server.requests.length).toBe(2)
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(299)
      expectNoToken(error, client)
    })
  }
}

export async function failureOf(promise: Promise<unknown>): Promise<AxiosError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('value' in outcome) throw new Error(`resolved: ${inspect(outcome.value, { depth: 2 })}`)
  return outcome.error as AxiosError
}

/** Opens when the test says; tells when somebody has come to it. */
export function createGate() {
  let open = () => {}
  let reach = () => {}
  const opening = new Promise<void>((resolve) => (open = resolve))
  return {
    reached: new Promise<void>((resolve) => (reach = resolve)),
    get opened() {
      reach()
      return opening
    },
    open,
  }
}

/** Everything a log, a monitor or a curious developer could see of it. */
export function expectNoToken(shown: AxiosError | AxiosResponse, client: FakeClient): void {
  const views = [
    inspect(shown, { depth: 12, maxArrayLength: 500 }),
    JSON.stringify('toJSON' in shown ? shown : { ...shown, request: undefined }),
    JSON.stringify(shown.config?.headers),
    'stack' in shown ? `${shown.message} ${shown.stack}` : '',
  ]
  const { request } = shown as { request?: unknown }
  if (typeof Request === 'function' && request instanceof Request)
    views.push(JSON.stringify([...request.headers]))
  for (const view of views) {
    for (const token of client.tokens) expect(view.includes(token)).toBe(false)
    expect(view).not.toMatch(/proof-\d/)
  }
}

function sentTokens(server: ResourceServer): (string | undefined)[] {
  return server.requests.map(({ headers }) => headers.authorization)
}

function withoutToken(headers: Record<string, unknown>): Record<string, unknown> {
  const { authorization: _, ...others } = headers
  return others
}

async function textOf(data: unknown): Promise<string> {
  if (typeof data === 'string') return data
  // a Blob, whoever made it
  if (typeof (data as Blob).text === 'function') return (data as Blob).text()
  const isBinary = data instanceof ArrayBuffer || ArrayBuffer.isView(data)
  return isBinary ? new TextDecoder().decode(data) : JSON.stringify(data)
}
