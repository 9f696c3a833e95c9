/** Every recipe of docs/recipes runs against a real server, and stands in the docs as it runs here. */
import { readdirSync, readFileSync } from 'node:fs'
import { QueryObserver } from '@tanstack/react-query'
import { afterEach, expect, it, vi } from 'vitest'
import * as axios from './axios.js'
import * as eventSource from './event-source.js'
import * as fetchStream from './fetch-stream.js'
import * as graphqlRequest from './graphql-request.js'
import * as ky from './ky.js'
import * as ofetch from './ofetch.js'
import * as openapiFetch from './openapi-fetch.js'
import * as tanstackQuery from './tanstack-query.js'
import { TestEventSource, TestWebSocket } from './testing/live-api.js'
import { startApi, type RecipeApi } from './testing/start-api.js'
import * as websocket from './websocket.js'

afterEach(() => vi.unstubAllGlobals())

const savers: Record<string, (api: RecipeApi) => () => Promise<{ id: number }>> = {
  axios: ({ auth, url }) => bind(axios.createApi(auth, url), axios.saveNote),
  ky: ({ auth, url }) => bind(ky.createApi(auth, url), ky.saveNote),
  ofetch: ({ auth, url }) => bind(ofetch.createApi(auth, url), ofetch.saveNote),
  'openapi-fetch': ({ auth, url }) =>
    bind(openapiFetch.createApi(auth, url), openapiFetch.saveNote),
  'graphql-request': ({ auth, url }) =>
    bind(graphqlRequest.createApi(auth, url), graphqlRequest.saveNote),
}

it.each(Object.keys(savers))('%s saves a note, through a revoked token too', async (name) => {
  const scene = await startApi()
  const save = savers[name]!(scene)
  expect(await scene.settle(save())).toEqual({ id: 7 })
  scene.revoke()
  expect(await scene.settle(save())).toEqual({ id: 7 })
  const [first, refused, again] = scene.log
  expect([scene.log.length, scene.refreshes()]).toEqual([3, 1])
  expect([refused, again]).toEqual([first!.replace('good', 'bad'), first])
  expect(first).toContain('"text"')
})

it('TanStack Query reads through a revoked token, retries no error of ours, and forgets one user’s data', async () => {
  const scene = await startApi()
  const { queryClient, notes } = tanstackQuery.createQueries(scene.auth, scene.url)
  scene.revoke()
  expect(await scene.settle(queryClient.query(notes))).toEqual([{ id: 7 }])
  expect(scene.log).toEqual(['bad ', 'good '])
  await scene.settle(scene.auth.signOut({ endSession: false }))
  expect(queryClient.getQueryData(notes.queryKey)).toBeUndefined()
  const observer = new QueryObserver(queryClient, notes)
  const stop = observer.subscribe(() => {})
  await scene.until(() => observer.getCurrentResult().isError)
  expect(observer.getCurrentResult()).toMatchObject({
    failureCount: 1,
    error: { code: 'sign-in-required' },
  })
  expect(scene.log.length).toBe(2)
  stop()
  queryClient.clear()
})

const followers = {
  'a fetch stream': fetchStream.followNotes,
  'an EventSource': eventSource.followNotes,
  'a WebSocket': (auth: RecipeApi['auth'], url: string, show: (note: string) => void) =>
    websocket.followNotes(auth, url.replace('http', 'ws'), show),
}

it.each(Object.keys(followers))('%s goes on with a fresh token after it was cut', async (name) => {
  vi.stubGlobal('WebSocket', TestWebSocket)
  vi.stubGlobal('EventSource', TestEventSource)
  const scene = await startApi()
  const seen: string[] = []
  const kept = followers[name as keyof typeof followers](scene.auth, scene.url, (note) =>
    seen.push(note),
  )
  await scene.until(() => seen.length === 1)
  // another part of the app has met the revoked token and got a new one
  scene.revoke()
  await scene.settle(scene.auth.getAccessToken({ forceRefresh: true }))
  scene.cut()
  await scene.until(() => seen.length >= 2)
  expect(seen.every((note) => /^event \d+$/.test(note))).toBe(true)
  expect(scene.refreshes()).toBe(1)
  await scene.settle(scene.auth.signOut({ endSession: false }))
  expect(await kept.ended).toBe('signed-out')
})

it('a WebSocket hears of a new token without a new connection', async () => {
  let sockets = 0
  vi.stubGlobal(
    'WebSocket',
    class extends TestWebSocket {
      constructor(url: string) {
        super(url)
        sockets++
      }
    },
  )
  const scene = await startApi()
  const seen: string[] = []
  const kept = followers['a WebSocket'](scene.auth, scene.url, (note) => seen.push(note))
  await scene.until(() => seen.length === 1)
  await scene.settle(scene.auth.getAccessToken({ forceRefresh: true }))
  await scene.until(() => seen.length === 2)
  expect(sockets).toBe(1)
  kept.close()
})

it('a WebSocket whose token the server refuses gets another one for the next', async () => {
  vi.stubGlobal('WebSocket', TestWebSocket)
  const scene = await startApi()
  const seen: string[] = []
  scene.revoke()
  const kept = followers['a WebSocket'](scene.auth, scene.url, (note) => seen.push(note))
  await scene.until(() => seen.length === 1)
  expect(scene.refreshes()).toBe(1)
  kept.close()
})

it('stands in the docs as it runs here', () => {
  const docs = new URL('../../docs/recipes/', import.meta.url)
  const recipes = readdirSync(new URL('.', import.meta.url))
    .filter((name) => /^[\w-]+\.ts$/.test(name))
    .map((name) => name.replace('.ts', ''))
  expect(readdirSync(docs).sort()).toEqual(recipes.map((name) => `${name}.md`).sort())
  for (const name of recipes) {
    const page = readFileSync(new URL(`${name}.md`, docs), 'utf8')
    const [, shown] = /<!-- snippet: recipe -->\s*```ts\n(.*?)```/s.exec(page) ?? []
    expect(shown, name).toBe(readFileSync(new URL(`${name}.ts`, import.meta.url), 'utf8'))
  }
})

function bind<Api>(api: Api, save: (api: Api, text: string) => Promise<{ id: number }>) {
  return () => save(api, 'remember the milk')
}
