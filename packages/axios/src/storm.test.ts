import { Agent } from 'node:http'
import { isAuthError } from '@latchkey/core'
import { startDevIssuer, type DevIssuer } from '@latchkey/dev-issuer'
import axios, { type AxiosError, type AxiosInstance, type AxiosResponse } from 'axios'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { attachAuth } from './attach-auth.js'
import { startResourceServer, type ResourceServer } from './testing/resource-server.js'
import { signInClient, type SignedInClient } from './testing/signed-in-client.js'

const requests = 1000
const lifetimeSeconds = 60

let issuer: DevIssuer
let server: ResourceServer
let client: SignedInClient
let api: AxiosInstance

beforeEach(async () => {
  issuer = await startDevIssuer({ accessTokenLifetimeSeconds: lifetimeSeconds })
  server = await startResourceServer()
  server.answer = ({ headers }, response) => {
    const token = headers.authorization?.slice('Bearer '.length) ?? ''
    response.writeHead(issuer.isAccessTokenAlive(token) ? 200 : 401).end()
  }
  client = await signInClient(issuer, { resources: [{ url: server.origin }] })
  api = axios.create({
    baseURL: server.origin,
    adapter: 'http',
    httpAgent: new Agent({ keepAlive: true, maxSockets: 100 }),
  })
  attachAuth(api, client.auth)
  issuer.clearEvents()
}, 30_000)
afterEach(async () => {
  client.auth.dispose()
  await server.close()
  await issuer.close()
})

it('answers 1000 requests refused at once with one refresh', async () => {
  issuer.expireAccessTokens()
  const outcomes = await storm()
  expect(outcomes).toEqual({ 200: requests })
  expect(server.requests.length).toBe(2 * requests)
  expect(refreshes()).toEqual(['granted'])
}, 120_000)

it('sends none of 1000 requests with a token it knows to have expired, and refreshes once', async () => {
  client.browser.clock.jumpWallClock((lifetimeSeconds + 1) * 1000)
  const outcomes = await storm()
  expect(outcomes).toEqual({ 200: requests })
  expect(server.requests.length).toBe(requests)
  expect(refreshes()).toEqual(['granted'])
}, 120_000)

it('needs no second refresh for refusals that come after the first', async () => {
  issuer.expireAccessTokens()
  const { answer } = server
  const late: (() => void)[] = []
  server.answer = (request, response) => {
    // every third refusal is held until a request has been answered with the new token
    if (response.headersSent || refreshes().length > 0 || server.requests.length % 3) {
      const given = answer?.(request, response)
      if (response.statusCode === 200) for (const release of late.splice(0)) release()
      return given
    }
    late.push(() => answer?.(request, response))
    return true
  }
  const outcomes = await storm()
  expect(outcomes).toEqual({ 200: requests })
  expect(refreshes()).toEqual(['granted'])
}, 120_000)

it('rejects all of 1000 requests with their own 401 when the session is over, and sends none again', async () => {
  issuer.expireAccessTokens()
  issuer.revokeSession()
  const outcomes = await storm()
  expect(outcomes).toEqual({ 'refresh-token-refused, 401': requests })
  expect(server.requests.length).toBe(requests)
  expect(refreshes().length).toBe(1)
  expect(client.auth.state).toMatchObject({ status: 'signed-out', reason: 'session-ended' })
}, 120_000)

/** How 1000 requests ended, counted. */
async function storm(): Promise<Record<string, number>> {
  const settled = await Promise.all(
    Array.from({ length: requests }, (_, n) => api.get(`${n}`).then(nameOf, nameOfFailure)),
  )
  const counts: Record<string, number> = {}
  for (const name of settled) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

function nameOf({ status }: AxiosResponse): string {
  return `${status}`
}

function nameOfFailure(error: AxiosError): string {
  return isAuthError(error) ? `${error.code}, ${error.response?.status}` : String(error)
}

function refreshes(): string[] {
  return issuer.tokenRequests
    .filter(({ grantType }) => grantType === 'refresh_token')
    .map(({ result }) => result)
}
