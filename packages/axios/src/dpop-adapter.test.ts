import axios, { type AxiosRequestConfig } from 'axios'
import { expect, it, onTestFinished } from 'vitest'
import { attachAuth } from './attach-auth.js'
import { expectNoToken, failureOf } from './testing/attached-axios-cases.js'
import { createFakeClient } from './testing/fake-client.js'
import { startResourceServer } from './testing/resource-server.js'

/** An API that redirects to somebody else, and an instance beside it. */
async function redirectedBy(options: { dpop: boolean; config?: AxiosRequestConfig }) {
  const servers = [await startResourceServer(), await startResourceServer()] as const
  onTestFinished(async () => void (await Promise.all(servers.map((server) => server.close()))))
  const [api, foreign] = servers
  api.answer = (_, response) =>
    void response.writeHead(307, { Location: `${foreign.origin}/a` }).end()
  foreign.answer = (_, response) => void response.end('{}')
  const client = createFakeClient({ resources: [{ url: api.origin }], dpop: options.dpop })
  const instance = axios.create({ baseURL: api.origin, ...options.config })
  attachAuth(instance, client.auth)
  return { instance, client, foreign }
}

it('E8: sends what carries a proof by fetch, which can refuse a redirect, where the app has chosen no adapter', async () => {
  const { instance, client, foreign } = await redirectedBy({ dpop: true })
  const error = await failureOf(instance.get('a'))
  expect(error.isAxiosError).toBe(true)
  expect(foreign.requests).toEqual([])
  expectNoToken(error, client)
})

it('leaves the choice of the adapter to axios without a proof, and to the app with one', async () => {
  for (const options of [{ dpop: false }, { dpop: true, config: { adapter: 'http' as const } }]) {
    const { instance, foreign } = await redirectedBy(options)
    expect((await instance.get('a')).status).toBe(200)
    expect(foreign.requests).toHaveLength(1)
  }
})
