/** What rewrites a request after Latchkey's interceptor has run: the decision is made on what is sent. */
import axios, { type AxiosAdapter, type InternalAxiosRequestConfig } from 'axios'
import { expect, it } from 'vitest'
import { attachAuth } from './attach-auth.js'
import { createFakeClient } from './testing/fake-client.js'

function attachTo(prepare: (api: ReturnType<typeof axios.create>) => void) {
  const sent: { url: string | undefined; token: unknown }[] = []
  const adapter: AxiosAdapter = async (config) => {
    const url = axios.getUri(config)
    sent.push({ url, token: config.headers.get('Authorization') })
    return { status: 401, statusText: '', headers: {}, data: '', config, request: undefined }
  }
  const client = createFakeClient({ resources: [{ url: 'https://api.test/v1' }] })
  const api = axios.create({ baseURL: 'https://api.test/v1', adapter, validateStatus: () => true })
  // registered before, it runs after
  prepare(api)
  attachAuth(api, client.auth)
  return { api, sent, client }
}

function rewrite(change: (config: InternalAxiosRequestConfig) => void) {
  return attachTo((api) =>
    api.interceptors.request.use((config) => {
      change(config)
      return config
    }),
  )
}

it.each([
  ['url', { url: 'https://evil.test/notes' }],
  ['url, protocol-relative', { url: '//evil.test/notes' }],
  ['baseURL', { baseURL: 'https://evil.test' }],
  ['url with userinfo', { url: 'https://api.test@evil.test/v1/notes' }],
  ['path', { url: 'https://api.test/v1/../v2/notes' }],
])(
  'E10, E1: an interceptor that changes the %s later takes no token there, and its 401 refreshes nothing',
  async (_, changes) => {
    const { api, sent, client } = rewrite((config) => Object.assign(config, changes))
    await api.get('notes')
    expect(sent.map(({ token }) => token)).toEqual([undefined])
    expect(client.refreshes).toBe(0)
  },
)

it('sends the token where nothing is changed', async () => {
  const { api, sent, client } = rewrite(() => {})
  await api.get('notes')
  expect(sent[0]).toEqual({ url: 'https://api.test/v1/notes', token: `Bearer ${client.tokens[0]}` })
})

it('E10: a transform that changes the URL takes no token there', async () => {
  const { api, sent } = attachTo(() => {})
  await api.post('notes', 'data', {
    transformRequest(this: InternalAxiosRequestConfig, data: unknown) {
      this.url = 'https://evil.test/notes'
      return data
    },
  })
  expect(sent).toEqual([{ url: 'https://evil.test/notes', token: undefined }])
})

it('E10, E11: an Authorization that a later interceptor sets is sent as it is', async () => {
  const { api, sent } = rewrite((config) => config.headers.set('Authorization', 'Basic own'))
  await api.get('notes')
  expect(sent).toEqual([{ url: 'https://api.test/v1/notes', token: 'Basic own' }])
})
