/** Requests that wait while the user signs in again, without losing the page. */
import { expect, it } from 'vitest'
import { startApiScene, type ApiScene } from './testing/api-scene.js'

it('keeps parked and new requests waiting until the same user is back, and sends each once', async () => {
  const scene = await startApiScene({ parkUntilSignedIn: true })
  const { api, settle, page, sentTokens, token } = scene
  const parked = await endSession(scene, 3)
  expect(page.auth.state).toMatchObject({ status: 'signed-out', reason: 'session-ended' })
  const late = post(scene, 'late')
  const popup = await openPopup(scene)
  const during = post(scene, 'during')
  await comeBack(scene, popup, 'code=alice')
  const answers = await settle(Promise.all([...parked, late, during]))
  expect(answers).toEqual(Array(5).fill(200))
  expect(new Set(sentTokens().slice(3))).toEqual(new Set([token()]))
  const bodies = api.requests.map(({ body }) => String(body))
  expect(bodies.sort()).toEqual(
    ['during', 'late', ...['1', '1', '2', '2', '3', '3'].map((n) => `form ${n}`)].sort(),
  )
})

it('rejects them all when another user signs in, and sends nothing of theirs', async () => {
  const scene = await startApiScene({ parkUntilSignedIn: true })
  const { api, settle } = scene
  const parked = await endSession(scene, 3)
  const late = post(scene, 'late')
  const popup = await openPopup(scene)
  await comeBack(scene, popup, 'code=bob')
  expect(await settle(Promise.all([...parked, late]))).toEqual(Array(4).fill('session-changed'))
  expect(api.requests.length).toBe(3)
  expect(await settle(post(scene, 'of bob'))).toBe(200)
})

it('rejects them all when the sign-in is refused; the next ones wait for the next try', async () => {
  const scene = await startApiScene({ parkUntilSignedIn: true })
  const { settle } = scene
  const parked = await endSession(scene, 2)
  await comeBack(scene, await openPopup(scene), 'error=access_denied')
  expect(await settle(Promise.all(parked))).toEqual(['access-denied', 'access-denied'])
  const next = post(scene, 'next')
  await comeBack(scene, await openPopup(scene), 'code=alice')
  expect(await settle(next)).toBe(200)
})

it('waits on when the browser has blocked the popup: nobody has refused anything', async () => {
  const scene = await startApiScene({ parkUntilSignedIn: true })
  const { settle, page } = scene
  const [parked] = await endSession(scene, 1)
  page.tab.blockPopups(true)
  await expect(settle(page.auth.signIn({ display: 'popup' }))).rejects.toMatchObject({
    code: 'popup-blocked',
  })
  page.tab.blockPopups(false)
  await comeBack(scene, await openPopup(scene), 'code=alice')
  expect(await settle(parked!)).toBe(200)
})

it('rejects them when the user signs out instead', async () => {
  const scene = await startApiScene({ parkUntilSignedIn: true })
  const { settle, page } = scene
  const parked = await endSession(scene, 2)
  await settle(page.auth.signOut({ endSession: false }))
  expect(page.auth.state).toEqual({ status: 'signed-out', reason: 'signed-out' })
  expect(await settle(Promise.all(parked))).toEqual([
    'refresh-token-refused',
    'refresh-token-refused',
  ])
  expect(await settle(post(scene, 'late'))).toBe('sign-in-required')
})

it('rejects at once with the end of the session where the app does not want to wait', async () => {
  const scene = await startApiScene()
  const parked = await endSession(scene, 2)
  expect(await scene.settle(Promise.all(parked))).toEqual([
    'refresh-token-refused',
    'refresh-token-refused',
  ])
  expect(await scene.settle(post(scene, 'late'))).toBe('refresh-token-refused')
  expect(scene.api.requests.length).toBe(2)
})

it('ends a parked request with the reason of its caller, and the others wait on', async () => {
  const scene = await startApiScene({ parkUntilSignedIn: true })
  const { settle, authFetch, api } = scene
  const [parked] = await endSession(scene, 1)
  const controller = new AbortController()
  const aborted = authFetch(`${api.origin}/v1/a`, { signal: controller.signal }).catch(
    (error: unknown) => error,
  )
  controller.abort('left the page')
  expect(await settle(aborted)).toBe('left the page')
  await comeBack(scene, await openPopup(scene), 'code=alice')
  expect(await settle(parked!)).toBe(200)
})

it('goes on after a step-up in a popup that the listener opens', async () => {
  const scene = await startApiScene()
  const { authFetch, api, settle, page } = scene
  const stronger = new Set<string>()
  api.answer = ({ headers }, response) => {
    const isStrong = stronger.has(headers.authorization ?? '')
    response.writeHead(isStrong ? 200 : 401, {
      'www-authenticate':
        'Bearer error="insufficient_user_authentication", acr_values="urn:mfa", max_age="0"',
    })
    response.end()
  }
  page.auth.on('step-up-required', ({ acrValues, maxAgeSeconds }) => {
    expect([acrValues, maxAgeSeconds]).toEqual(['urn:mfa', 0])
    void page.auth.signIn({
      display: 'popup',
      acrValues: acrValues!,
      maxAgeSeconds: maxAgeSeconds!,
    })
  })
  const sent = authFetch(`${api.origin}/v1/transfer`, { method: 'POST', body: 'all of it' })
  const popup = await untilPopup(scene)
  expect(page.auth.state.status).toBe('signed-in')
  await comeBack(scene, popup, 'code=alice', () => stronger.add(`Bearer ${scene.token()}`))
  expect((await settle(sent)).status).toBe(200)
  expect(api.requests.map(({ body }) => String(body))).toEqual(['all of it', 'all of it'])
})

it('gives the answer of the API when the step-up is refused', async () => {
  const scene = await startApiScene()
  const { authFetch, api, settle, page } = scene
  api.answer = (_, response) =>
    void response
      .writeHead(403, { 'www-authenticate': 'Bearer error="insufficient_scope", scope="pay"' })
      .end()
  page.auth.on('step-up-required', ({ scope, waitUntil }) =>
    waitUntil(page.auth.signIn({ display: 'popup', scope: `openid ${scope}` })),
  )
  const sent = authFetch(`${api.origin}/v1/transfer`)
  await comeBack(scene, await untilPopup(scene), 'error=access_denied')
  expect((await settle(sent)).status).toBe(403)
  expect([api.requests.length, page.auth.state.status]).toEqual([1, 'signed-in'])
})

/** Some requests are refused, and the session turns out to be over. */
async function endSession(scene: ApiScene, count: number): Promise<Promise<unknown>[]> {
  const { world, revoke, page, settle } = scene
  revoke()
  world.server.usually = 'refused'
  const ended = new Promise((resolve) => page.auth.on('session-ended', resolve))
  const requests = Array.from({ length: count }, (_, n) => post(scene, `form ${n + 1}`))
  await settle(ended)
  world.server.usually = 'granted'
  return requests
}

/** The status, or the code of the error. */
function post({ authFetch, api }: ApiScene, body: string): Promise<unknown> {
  return authFetch(`${api.origin}/v1/items`, { method: 'POST', body }).then(
    ({ status }) => status,
    ({ code }: { code: string }) => code,
  )
}

/** The user clicks the button. */
async function openPopup(scene: ApiScene): Promise<string> {
  scene.page.auth.signIn({ display: 'popup' }).catch(() => {})
  return untilPopup(scene)
}

async function untilPopup({ page, world }: ApiScene): Promise<string> {
  const url = () => page.tab.windows.at(-1)?.url ?? ''
  while (!url().includes('state=')) await world.clock.advance(0)
  return url()
}

async function comeBack(
  { world, page }: ApiScene,
  url: string,
  answer: string,
  onStored = () => {},
): Promise<void> {
  const state = new URL(url).searchParams.get('state')!
  const child = world.openPage({}, `https://app.test/callback?${answer}&state=${state}`)
  world.browser.store.onWrite(onStored)
  while (child.tab.isOpen || page.auth.state.status === 'signing-in') await world.clock.advance(0)
}
