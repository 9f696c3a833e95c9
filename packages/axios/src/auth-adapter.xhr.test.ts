// @vitest-environment happy-dom
import axios, { type AxiosProgressEvent } from 'axios'
import type { Window } from 'happy-dom'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { attachAuth } from './attach-auth.js'
import { failureOf } from './testing/attached-axios-cases.js'
import { createFakeClient } from './testing/fake-client.js'
import { startResourceServer, type ResourceServer } from './testing/resource-server.js'

let server: ResourceServer
beforeEach(async () => {
  server = await startResourceServer()
  const { happyDOM } = window as unknown as Window
  happyDOM.setURL(`${server.origin}/shop/cart`)
})
afterEach(() => server.close())

function attach() {
  const client = createFakeClient({
    resources: [{ url: '/v1' }],
    baseUrl: document.baseURI,
    refresh: async () => {
      document.cookie = 'XSRF-TOKEN=second'
    },
  })
  const api = axios.create({ adapter: 'xhr' })
  attachAuth(api, client.auth)
  return { client, api }
}

it('resolves relative URLs against the document, as XMLHttpRequest does (rule 3)', async () => {
  const { client, api } = attach()
  server.accepts = client.token
  await api.get('/v1/items')
  await api.get('../v1/items')
  await failureOf(api.get('v1/items'))
  expect(server.requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
    ['/v1/items', `Bearer ${client.token}`],
    ['/v1/items', `Bearer ${client.token}`],
    ['/shop/v1/items', undefined],
  ])
})

it('E15: reads the XSRF cookie anew for each send (rule 14)', async () => {
  const { client, api } = attach()
  document.cookie = 'XSRF-TOKEN=first'
  server.accepts = client.nextToken
  // axios has looked at the page's origin before the test could set it
  await api.post('/v1/items', {}, { withXSRFToken: true })
  expect(server.requests.map(({ headers }) => headers['x-xsrf-token'])).toEqual(['first', 'second'])
})

it('tells no download progress of a 401 that is dropped (rule 15)', async () => {
  const { client, api } = attach()
  server.accepts = client.nextToken
  const events: AxiosProgressEvent[] = []
  const onDownloadProgress = (event: AxiosProgressEvent) => void events.push(event)
  const response = await api.get('/v1/items', { onDownloadProgress })
  expect(response.status).toBe(200)
  const statuses = events.map(
    ({ event }) => (event as ProgressEvent<XMLHttpRequest>).target!.status,
  )
  expect(statuses.length).toBeGreaterThan(0)
  expect(new Set(statuses)).toEqual(new Set([200]))
  expect(response.config.onDownloadProgress).toBe(onDownloadProgress)
})

it('E8: takes a 401 that a redirect brought from another origin for no word about the token', async () => {
  const foreign = await startResourceServer()
  const { client, api } = attach()
  server.accepts = client.token
  server.answer = (_, response) =>
    void response.writeHead(302, { Location: `${foreign.origin}/v1/items` }).end()
  const error = await failureOf(api.get('/v1/items'))
  expect([error.status, error.response?.request?.responseURL]).toEqual([
    401,
    `${foreign.origin}/v1/items`,
  ])
  expect([client.refreshes, server.requests.length, foreign.requests.length]).toEqual([0, 1, 1])
  await foreign.close()
})
