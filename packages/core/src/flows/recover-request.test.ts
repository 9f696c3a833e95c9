/** What a refused request does, by what the API says (PROTOCOL rules 10, 28, 31, 32). */
import { afterEach, expect, it, vi } from 'vitest'
import type { ReceivedRequest, ResourceServer } from '../../../axios/src/testing/resource-server.js'
import { createAuthFetch } from './auth-fetch.js'
import { startApiScene, type ApiScene } from './testing/api-scene.js'
import type { SimulatedWorld } from './testing/simulated-world.js'

afterEach(() => vi.unstubAllGlobals())

it('replays a late 401 with the token that is there, without another refresh', async () => {
  const scene = await startApiScene()
  const { authFetch, api, settle, revoke, world, sentTokens } = scene
  const held = holdFirst(scene)
  const late = authFetch(`${api.origin}/v1/slow`)
  await settle(held.reached)
  revoke()
  expect((await settle(authFetch(`${api.origin}/v1/fast`))).status).toBe(200)
  held.release()
  expect((await settle(late)).status).toBe(200)
  expect(world.server.uses.length).toBe(1)
  expect(sentTokens().length).toBe(4)
})

it('E19: asks for one refresh per token when a path always says 401, and lets others recover', async () => {
  const { authFetch, api, settle, revoke, world } = await startApiScene()
  const answer = api.answer
  api.answer = (request, response) => {
    if (!request.url.startsWith('/v1/never')) return answer?.(request, response)
    response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end()
  }
  const get = (path: string) => settle(authFetch(`${api.origin}/v1/${path}`))
  await get('good')
  for (let round = 0; round < 3; round++) {
    expect((await get('never')).status).toBe(401)
    expect((await get('good')).status).toBe(200)
  }
  expect(world.server.uses.length).toBe(1)
  for (let round = 0; round < 3; round++) {
    revoke()
    expect((await get('good')).status).toBe(200)
    expect((await get('never')).status).toBe(401)
  }
  // one for each token: the first of a sign-in, and the three of the good path's refreshes
  expect(world.server.uses.length).toBeLessThanOrEqual(1 + 3 + 3)
})

it('recovers a path again that has worked since it refused a fresh token', async () => {
  const { authFetch, api, settle, revoke, world } = await startApiScene()
  const usual = api.answer
  const get = () => settle(authFetch(`${api.origin}/v1/a`))
  expect((await get()).status).toBe(200)
  revoke()
  // a replica that is behind: it does not know the fresh token yet
  api.answer = (_, response) => void response.writeHead(401).end()
  expect((await get()).status).toBe(401)
  expect((await get()).status).toBe(401)
  expect(world.server.uses.length).toBe(1)
  api.answer = usual
  expect((await get()).status).toBe(200)
  revoke()
  expect((await get()).status).toBe(200)
  expect(world.server.uses.length).toBe(2)
})

it('hands a 401 through when tokens were refused again and again soon after a refresh, on paths that never worked', async () => {
  const { authFetch, api, settle, world } = await startApiScene()
  api.answer = (_, response) => void response.writeHead(401).end()
  for (const path of 'abcdefgh') await settle(authFetch(`${api.origin}/v1/${path}`))
  expect(world.server.uses.length).toBe(2)
})

it('replays a late 401 even where a current token would be refused too often', async () => {
  const scene = await startApiScene()
  const { authFetch, api, settle, revoke, world } = scene
  const usual = api.answer
  const get = (path: string) => settle(authFetch(`${api.origin}/v1/${path}`))
  await get('good')
  api.answer = (_, response) => void response.writeHead(401).end()
  for (const path of 'abc') await get(path)
  expect(world.record()?.accessTokens['']?.refusals).toBe(2)
  api.answer = usual
  const held = holdFirst(scene)
  const late = authFetch(`${api.origin}/v1/slow`)
  await settle(held.reached)
  revoke()
  expect((await get('good')).status).toBe(200)
  held.release()
  expect((await settle(late)).status).toBe(200)
})

it('U5: says once that WWW-Authenticate cannot be read, and refreshes all the same', async () => {
  const { authFetch, api, settle, revoke, hints } = await startApiScene()
  const usual = api.answer
  api.answer = (request, response) => {
    const given = usual?.(request, response)
    if (api.accepts) return given
    response.writeHead(401).end()
  }
  for (let time = 0; time < 2; time++) {
    revoke()
    expect((await settle(authFetch(`${api.origin}/v1/a`))).status).toBe(200)
  }
  expect(hints.filter((hint) => hint.includes('Access-Control-Expose-Headers')).length).toBe(1)
})

it('I-19: pins a request to the person it began for, also through the wait', async () => {
  const { authFetch, api, settle, expire, world, page } = await startApiScene()
  expire()
  const waiting = authFetch(`${api.origin}/v1/a`)
  // another user signs in, in another tab, before the refresh is over
  world.storeSession('bob')
  page.tab.hide()
  page.tab.show()
  await expect(settle(waiting)).rejects.toMatchObject({ code: 'session-changed' })
  expect(api.requests).toEqual([])
  expect((await settle(authFetch(`${api.origin}/v1/a`))).status).toBe(200)
})

it('pins a request that begins while the session is restored to whom it is restored for', async () => {
  const { world, api, settle } = await startApiScene()
  const page = world.openPage({ resources: [{ url: `${api.origin}/v1` }] })
  world.clock.jumpWallClock(3_600_000)
  world.server.latencyMs = () => 1000
  const waiting = createAuthFetch(page.auth)(`${api.origin}/v1/a`).then(
    () => 'sent',
    (error: { code: string }) => error.code,
  )
  expect(page.auth.state.status).toBe('restoring')
  while (world.server.uses.length === 0) await world.clock.advance(0)
  world.storeSession('bob')
  page.tab.hide()
  page.tab.show()
  expect(await settle(waiting)).toBe('session-changed')
  expect(api.requests).toEqual([])
})

it('lets the same person go on who has signed in again meanwhile', async () => {
  const { authFetch, api, settle, expire, world, page } = await startApiScene()
  expire()
  world.server.usually = 'silence'
  const waiting = authFetch(`${api.origin}/v1/a`)
  while (world.server.uses.length === 0) await world.clock.advance(0)
  world.server.usually = 'granted'
  world.storeSession('alice')
  page.tab.hide()
  page.tab.show()
  expect((await settle(waiting)).status).toBe(200)
})

it('bounds how many requests wait, and settles each', async () => {
  const { authFetch, api, settle, expire, world } = await startApiScene({ queue: { maxLength: 2 } })
  expire()
  world.server.latencyMs = () => 10
  const sent = [1, 2, 3].map((n) => authFetch(`${api.origin}/v1/${n}`))
  const all = Promise.allSettled(sent)
  await world.clock.advance(100)
  const outcomes = await settle(all)
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
  expect(outcomes[2]).toMatchObject({ reason: { code: 'refresh-postponed', reason: 'queue-full' } })
  expect((await settle(authFetch(`${api.origin}/v1/4`))).status).toBe(200)
})

it.each([
  [500, 500],
  [Infinity, 3_600_000],
])('bounds how long a request waits: %d ms', async (maxWaitMs, endsMs) => {
  const { authFetch, api, world } = await startApiScene({
    queue: { maxWaitMs },
    parkUntilSignedIn: true,
  })
  world.clock.jumpWallClock(3_600_000)
  world.server.usually = 'refused'
  let outcome: unknown
  void authFetch(`${api.origin}/v1/a`).catch((error: unknown) => (outcome = error))
  await world.clock.advance(endsMs - 1)
  expect(outcome).toBeUndefined()
  await world.clock.advance(1)
  expect(outcome).toMatchObject({ code: 'refresh-postponed', reason: 'queue-wait' })
  expect(api.requests).toEqual([])
})

it('takes a 401 or 403 without a cure for the answer it is', async () => {
  const { authFetch, api, settle, world } = await startApiScene()
  for (const [status, header] of [
    [403, 'Bearer error="invalid_token"'],
    [403, undefined],
    [403, 'Bearer error="insufficient_scope"'],
    [401, 'Bearer error="insufficient_scope"'],
  ] as const) {
    api.answer = (_, response) =>
      void response.writeHead(status, header ? { 'www-authenticate': header } : {}).end()
    expect((await settle(authFetch(`${api.origin}/v1/a`))).status).toBe(status)
  }
  expect([api.requests.length, world.server.uses.length]).toEqual([4, 0])
})

it('U4: tells the app what an API wants of the sign-in, once for requests that come together', async () => {
  const { page, settle, world } = await startApiScene({ resources: [{ url: 'https://api.test/' }] })
  const beneath = vi.fn<typeof fetch>(
    async () => new Response(null, { status: 401, headers: { 'www-authenticate': stepUp } }),
  )
  const authFetch = createAuthFetch(page.auth, { fetch: beneath })
  const demands: unknown[] = []
  page.auth.on('step-up-required', ({ waitUntil, ...demand }) => {
    demands.push(demand)
    waitUntil(Promise.reject(new Error('not now')))
  })
  const sent = Promise.all([1, 2, 3].map((n) => authFetch(`https://api.test/${n}`)))
  expect((await settle(sent)).map(({ status }) => status)).toEqual([401, 401, 401])
  expect(demands).toEqual([{ acrValues: 'urn:mfa urn:key', maxAgeSeconds: 60 }])
  expect([beneath.mock.calls.length, world.server.uses.length]).toEqual([3, 0])
})

it('I-11: sends a request again after what the app waits for, once', async () => {
  const { authFetch, api, settle, page } = await startApiScene()
  api.answer = refuseWith(stepUp)
  const asked = new Promise<() => void>((resolve) => {
    page.auth.on('step-up-required', ({ waitUntil }) =>
      waitUntil(new Promise<void>((done) => resolve(done))),
    )
  })
  const sent = authFetch(`${api.origin}/v1/a`, { method: 'POST', body: 'form' })
  const done = await settle(asked)
  expect(api.requests.length).toBe(1)
  done()
  expect((await settle(sent)).status).toBe(401)
  expect(api.requests.map(({ body }) => String(body))).toEqual(['form', 'form'])
})

it('ends the wait for a step-up with the reason of the caller', async () => {
  const { authFetch, api, settle, page } = await startApiScene()
  api.answer = refuseWith(stepUp)
  const controller = new AbortController()
  const asked = new Promise<void>((resolve) => {
    page.auth.on('step-up-required', ({ waitUntil }) => {
      waitUntil(new Promise(() => {}))
      resolve()
    })
  })
  const sent = authFetch(`${api.origin}/v1/a`, { signal: controller.signal })
  await settle(asked)
  controller.abort(new Error('enough'))
  await expect(settle(sent)).rejects.toThrow('enough')
  expect(api.requests.length).toBe(1)
})

it('waits for a step-up ten minutes and no longer', async () => {
  const { authFetch, api, page, world, settle } = await startApiScene()
  api.answer = refuseWith(stepUp)
  const asked = new Promise<void>((resolve) => {
    page.auth.on('step-up-required', ({ waitUntil }) => {
      waitUntil(new Promise(() => {}))
      resolve()
    })
  })
  const sent = authFetch(`${api.origin}/v1/a`)
  const outcome = Promise.allSettled([sent])
  await settle(asked)
  await world.clock.advance(600_000)
  expect(await outcome).toMatchObject([
    { reason: { code: 'refresh-postponed', reason: 'queue-wait' } },
  ])
})

it('asks for the scopes an API misses, beside those the resource has', async () => {
  const { authFetch, api, settle, page, world } = await startApiScene({})
  api.answer = refuseWith('Bearer error="insufficient_scope", scope="write"', 403)
  page.auth.on('step-up-required', ({ scope, waitUntil }) => {
    expect(scope).toBe('write')
    waitUntil(Promise.resolve())
  })
  const access = { scope: 'read' }
  expect((await settle(authFetch(`${api.origin}/v1/a`, { access }))).status).toBe(403)
  expect(api.requests.length).toBe(2)
  expect(Object.keys(world.record()!.accessTokens)).toEqual(['', ' read', ' read write'])
})

it('I-12: leaves out what no step-up demand should hold', async () => {
  const { authFetch, api, settle, page } = await startApiScene()
  const long = 'x'.repeat(600)
  api.answer = refuseWith(
    `Bearer error="insufficient_user_authentication", acr_values="${long}", max_age="-1"`,
  )
  const demands: unknown[] = []
  page.auth.on('step-up-required', ({ acrValues, maxAgeSeconds, scope }) =>
    demands.push({ acrValues, maxAgeSeconds, scope }),
  )
  expect((await settle(authFetch(`${api.origin}/v1/a`))).status).toBe(401)
  expect(demands).toEqual([{}])
})

it('I-12: pays no heed to a challenge of a request that carried no token, or came from another origin', async () => {
  const { authFetch, api, settle, page } = await startApiScene()
  const told = vi.fn<() => void>()
  page.auth.on('step-up-required', told)
  api.answer = refuseWith(stepUp)
  await settle(authFetch(`${api.origin}/elsewhere`))
  await settle(authFetch(`${api.origin}/v1/a`, { access: false }))
  expect(told).not.toHaveBeenCalled()
})

it('sends a proof again with the nonce the API asks for, without a refresh (RFC 9449 §9)', async () => {
  const scene = await startApiScene({}, boundSession)
  const { authFetch, api, settle, world } = scene
  api.answer = wantNonce('n1')
  // both are refused with the same nonce: what one has learnt is news for the other as well
  const answers = await settle(Promise.all([1, 2].map((n) => authFetch(`${api.origin}/v1/${n}`))))
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(proofs(api.requests).sort()).toEqual([
    'proof n1',
    'proof n1',
    'proof without',
    'proof without',
  ])
  expect((await settle(authFetch(`${api.origin}/v1/3`))).status).toBe(200)
  expect(proofs(api.requests).at(-1)).toBe('proof n1')
  expect(world.server.uses).toEqual([])
})

it('takes the next nonce from an answer that is none of a refusal', async () => {
  const { authFetch, api, settle } = await startApiScene({}, boundSession)
  api.answer = (_, response) => void response.writeHead(200, { 'dpop-nonce': 'next' }).end()
  await settle(authFetch(`${api.origin}/v1/a`))
  await settle(authFetch(`${api.origin}/v1/a`))
  expect(proofs(api.requests)).toEqual(['proof without', 'proof next'])
})

it('I-15, U5: gives up after one nonce that does not help, and says which header is not exposed', async () => {
  const { authFetch, api, settle, world, hints } = await startApiScene({}, boundSession)
  api.answer = wantNonce('never enough', true)
  expect((await settle(authFetch(`${api.origin}/v1/a`))).status).toBe(401)
  expect(api.requests.length).toBe(2)
  api.answer = refuseWith('DPoP error="use_dpop_nonce"')
  expect((await settle(authFetch(`${api.origin}/v1/a`))).status).toBe(401)
  expect(hints.join()).toContain('expose DPoP-Nonce')
  expect([api.requests.length, world.server.uses.length]).toEqual([3, 0])
})

it('E8: follows no redirect with a proof, unless the app says so', async () => {
  const { page, api, settle } = await startApiScene({}, boundSession)
  const beneath = vi.fn<typeof fetch>(async () => new Response())
  const authFetch = createAuthFetch(page.auth, { fetch: beneath })
  await settle(authFetch(`${api.origin}/v1/a`))
  await settle(authFetch(`${api.origin}/v1/a`, { redirect: 'manual' }))
  expect(beneath.mock.calls.map(([, init]) => init?.redirect)).toEqual(['error', 'manual'])
})

const stepUp =
  'Bearer error="insufficient_user_authentication", acr_values="urn:mfa urn:key", max_age="60"'

function refuseWith(challenge: string, status = 401): ResourceServer['answer'] {
  return (_, response) => void response.writeHead(status, { 'www-authenticate': challenge }).end()
}

function wantNonce(nonce: string, isNeverEnough = false): ResourceServer['answer'] {
  return ({ headers }, response) => {
    const isGood = !isNeverEnough && headers['dpop'] === `proof ${nonce}`
    if (isGood) return void response.writeHead(200).end()
    response
      .writeHead(401, { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': nonce })
      .end()
  }
}

function proofs(requests: readonly ReceivedRequest[]): string[] {
  return requests.map(({ headers }) => String(headers['dpop']))
}

/** A session with tokens that are bound to a key; its proofs tell the nonce. */
function boundSession(world: SimulatedWorld): void {
  const { server } = world
  const { protocolOf } = server
  server.protocolOf = (tab) => ({
    ...protocolOf(tab),
    proof: async ({ nonce = 'without' }) => `proof ${nonce}`,
  })
  const { accessTokens } = world.storeSession()
  const bound = { ...accessTokens['']!, type: 'DPoP' as const }
  const dpopKey = { privateKey: {}, publicKey: {} } as CryptoKeyPair
  world.storeSession('alice', { accessTokens: { '': bound }, dpopKey })
}

/** Holds the first answer of the API until it is released. */
function holdFirst({ api }: ApiScene) {
  const usual = api.answer
  let release = () => {}
  const reached = new Promise<void>((resolve) => {
    api.answer = (_, response) => {
      api.answer = usual
      release = () => response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()
      resolve()
    }
  })
  return { reached, release: () => release() }
}
