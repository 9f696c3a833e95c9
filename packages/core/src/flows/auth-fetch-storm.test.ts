/** 1000 requests at once: one refresh, every request settles, none is lost (S5). */
import { expect, it } from 'vitest'
import { createAuthFetch } from './auth-fetch.js'
import { startApiScene, type ApiScene } from './testing/api-scene.js'

const requests = 1000
const timeoutMs = 120_000

it(
  'E18, INV9: answers 1000 requests refused at once with one refresh',
  async () => {
    const scene = await startApiScene()
    scene.revoke()
    expect(await storm(scene)).toEqual({ 200: requests })
    expect([scene.api.requests.length, refreshes(scene)]).toEqual([2 * requests, ['granted']])
  },
  timeoutMs,
)

it(
  'sends none of 1000 requests with a token it knows to have expired',
  async () => {
    const scene = await startApiScene()
    scene.expire()
    expect(await storm(scene)).toEqual({ 200: requests })
    expect([scene.api.requests.length, refreshes(scene)]).toEqual([requests, ['granted']])
  },
  timeoutMs,
)

it(
  'needs no second refresh for refusals that come after the first',
  async () => {
    const scene = await startApiScene()
    const { api, world } = scene
    const usual = api.answer
    const late: (() => void)[] = []
    let isRecovered = false
    scene.revoke()
    api.answer = (request, response) => {
      usual?.(request, response)
      if (api.accepts) {
        // the first request has come through with the new token
        isRecovered = true
        for (const release of late.splice(0)) release()
        return false
      }
      const refuse = () => response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()
      // the connections must not run out
      if (!isRecovered && late.length < 20) late.push(refuse)
      else refuse()
      return true
    }
    expect(await storm(scene)).toEqual({ 200: requests })
    expect([api.requests.length, refreshes(scene)]).toEqual([2 * requests, ['granted']])
    expect(world.server.overlaps).toEqual([])
  },
  timeoutMs,
)

it(
  'rejects all of 1000 requests when the session is over, and sends none again',
  async () => {
    const scene = await startApiScene()
    scene.revoke()
    scene.world.server.usually = 'refused'
    expect(await storm(scene)).toEqual({ 'refresh-token-refused': requests })
    expect([scene.api.requests.length, refreshes(scene)]).toEqual([requests, ['refused']])
  },
  timeoutMs,
)

/** How 1000 requests ended, counted. */
async function storm({ page, api, settle }: ApiScene): Promise<Record<string, number>> {
  const authFetch = createAuthFetch(page.auth, { fetch: fewAtATime(fetch, 50) })
  const outcomes = await settle(
    Promise.all(
      Array.from({ length: requests }, (_, n) =>
        authFetch(`${api.origin}/v1/${n}`, n % 3 ? {} : { method: 'POST', body: `${n}` }).then(
          ({ status }) => status,
          (error: { code?: string }) => error.code ?? String(error),
        ),
      ),
    ),
  )
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

/** As a browser does: the others wait for a free connection. */
function fewAtATime(send: typeof fetch, limit: number): typeof fetch {
  const queue: (() => void)[] = []
  let free = limit
  return async (input, init) => {
    if (free === 0) await new Promise<void>((resolve) => queue.push(resolve))
    else free--
    try {
      return await send(input, init)
    } finally {
      const next = queue.shift()
      if (next) next()
      else free++
    }
  }
}

function refreshes({ world }: ApiScene) {
  return world.server.uses.map(({ outcome }) => outcome)
}
