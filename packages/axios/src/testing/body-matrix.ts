/** Bodies × adapters × outcomes (issue 7, S13): the second send equals the first, or there is none. */
import axios, { type AxiosRequestConfig } from 'axios'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { RefreshPostponedError, SessionEndedError } from '../../../core/src/errors.js'
import { attachAuth } from '../attach-auth.js'
import { createGate, expectNoToken, failureOf, type AdapterName } from './attached-axios-cases.js'
import { withoutBoundary, type BodyCase } from './bodies.js'
import { createFakeClient } from './fake-client.js'
import {
  startResourceServer,
  type ReceivedRequest,
  type ResourceServer,
} from './resource-server.js'

export function testBodies(adapters: readonly AdapterName[], bodies: readonly BodyCase[]): void {
  let server: ResourceServer
  beforeAll(async () => {
    server = await startResourceServer()
  })
  afterEach(() => {
    server.requests.length = 0
    server.answer = undefined
  })
  afterAll(() => server.close())

  function attach(adapter: AdapterName, refresh: () => Promise<void> = async () => {}) {
    const client = createFakeClient({ resources: [{ url: server.origin }], refresh })
    const api = axios.create({ baseURL: server.origin, adapter })
    attachAuth(api, client.auth)
    server.accepts = client.token
    return { api, client }
  }

  for (const adapter of adapters)
    for (const { name, make, headers = {}, once } of bodies) {
      const config: AxiosRequestConfig = { headers: { ...headers, 'X-Own': '1' } }

      it(`sends ${name} as bare axios does (${adapter})`, async () => {
        const { api } = attach(adapter)
        server.answer = (_, response) => void response.end('{}')
        const bare = axios.create({ baseURL: server.origin, adapter })
        await bare.post('a', make(), config)
        await api.post('a', make(), config)
        const [expected, sent] = server.requests.map(comparable)
        expect(sent).toEqual(expected)
      })

      it(`E20: replays ${name} ${once ? 'never' : 'byte for byte'} after a 401 (${adapter})`, async () => {
        const { api, client } = attach(adapter)
        server.accepts = client.nextToken
        const data = make()
        if (once) {
          const error = await failureOf(api.post('a', data, config))
          expect(error).toMatchObject({ status: 401, cause: { code: 'not-replayable' } })
          expect([server.requests.length, client.refreshes]).toEqual([1, 1])
          return
        }
        expect((await api.post('a', data, config)).status).toBe(200)
        const [first, second] = server.requests.map(comparable)
        expect(second).toEqual(first)
        if (data !== undefined) expect(first!.body.length).toBeGreaterThan(0)
        expect(server.requests.length).toBe(2)
      })

      it(`gives the second 401 of ${name} as it is (${adapter})`, async () => {
        const { api, client } = attach(adapter)
        server.accepts = 'nothing'
        const error = await failureOf(api.put('a', make(), config))
        expect(error).toMatchObject({ isAxiosError: true, status: 401, code: 'ERR_BAD_REQUEST' })
        expect([server.requests.length, client.refreshes]).toEqual([once ? 1 : 2, 1])
        // what is piped keeps what it was piped into
        if (!once || adapter !== 'http') expectNoToken(error, client)
      })

      it(`never sends ${name} again after a network error (${adapter})`, async () => {
        const { api, client } = attach(adapter)
        server.answer = (_, response) => void response.destroy()
        const error = await failureOf(api.post('a', make(), config))
        expect(error.isAxiosError).toBe(true)
        expect([server.requests.length, client.refreshes]).toEqual([1, 0])
        expectNoToken(error, client)
      })

      it(`sends ${name} not at all when the wait is aborted or too long (${adapter})`, async () => {
        const gate = createGate()
        const { api, client } = attach(adapter, () => gate.opened)
        client.expire()
        const controller = new AbortController()
        const aborted = failureOf(api.post('a', make(), { ...config, signal: controller.signal }))
        const late = failureOf(api.post('a', make(), { ...config, timeout: 20 }))
        await gate.reached
        controller.abort()
        expect((await aborted).code).toBe('ERR_CANCELED')
        expect((await late).message).toBe('timeout of 20ms exceeded')
        gate.open()
        expect([server.requests.length, client.waiting]).toEqual([0, 0])
      })

      it(`tells why ${name} was not sent when the refresh is refused or postponed (${adapter})`, async () => {
        for (const reason of [
          new SessionEndedError('refresh-token-refused', 'Over.'),
          new RefreshPostponedError('offline', 'Later.'),
        ]) {
          const { api, client } = attach(adapter, () => Promise.reject(reason))
          client.expire()
          const error = await failureOf(api.post('a', make(), config))
          expect(error).toMatchObject({ isAxiosError: true, code: reason.code, cause: reason })
        }
        expect(server.requests).toEqual([])
      })
    }
}

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
