/** Answers of a token endpoint that are temporary, final or wrong: what becomes of the session and of everybody who waits. */
import { expect, it } from 'vitest'
import type { Answer } from '../../../dev-issuer/src/testing/hostile-answers.js'
import { startHostileScene } from './testing/hostile-scene.js'

async function signedIn(tabs = 1) {
  const scene = await startHostileScene()
  const page = await scene.signIn(await scene.open())
  const others = []
  for (let count = 1; count < tabs; count++) others.push(await scene.open())
  return { scene, page, pages: [page, ...others] }
}

const temporary: [string, Answer][] = [
  ['C9: 503', { status: 503 }],
  ['C9: 500 that says invalid_grant', { status: 500, body: { error: 'invalid_grant' } }],
  ['C9: 429', { status: 429, headers: { 'retry-after': '1' } }],
  ['C10: a dropped connection', 'drop'],
  ['C11: half an answer', 'cut'],
  [
    'C1: the page of a captive portal',
    { headers: { 'content-type': 'text/html' }, body: '<html>' },
  ],
  ['C3: nothing', {}],
  ['C4: 204', { status: 204 }],
  ['C4, T9: a redirect', { status: 302, headers: { location: '/evil' } }],
  ['C25: 20 MB', { body: `{"access_token":"${'x'.repeat(20_000_000)}"}` }],
  ['C7: invalid_client', { status: 401, body: { error: 'invalid_client' } }],
]

it.each(temporary)(
  '%s, INV5: keeps the refresh token, the session and its user, and the next try works',
  async (_, answer) => {
    const { scene, page } = await signedIn()
    const before = scene.record()
    scene.issuer.always('/token', answer)
    const { code } = await scene.failure(page.auth.getAccessToken({ forceRefresh: true }))
    expect(['refresh-postponed', 'token-endpoint', 'invalid-token-response']).toContain(code)
    expect(scene.record()).toMatchObject({ state: 'signed-in', refreshToken: before?.refreshToken })
    expect(page.auth.state).toMatchObject({ status: 'signed-in', user: { sub: 'alice' } })
    expect(page.events).not.toContain('session-ended')
    expect([scene.issuer.count('/evil'), page.events.includes('signed-out')]).toEqual([0, false])
    scene.issuer.always('/token', undefined)
    await scene.clock.advance(6 * 60_000)
    const token = await scene.settle(page.auth.getAccessToken({ forceRefresh: true }))
    expect(token).not.toBe(before?.accessTokens['']?.value)
  },
)

it('I-4, INV5: an authorization server that is down for five hours costs nobody the session', async () => {
  const { scene, page } = await signedIn()
  scene.issuer.always('/token', { status: 503 })
  const before = scene.record()?.refreshToken
  for (let hours = 0; hours < 5; hours++) {
    await scene.clock.advance(3_600_000)
    expect(await scene.failure(page.authFetch(`${scene.apiUrl}notes`))).toMatchObject({
      code: 'refresh-postponed',
    })
  }
  expect(scene.issuer.count('/token')).toBeLessThan(50)
  expect([scene.record()?.refreshToken, scene.issuer.count('/api/notes')]).toEqual([before, 0])
  scene.issuer.always('/token', undefined)
  await scene.clock.advance(3_600_000)
  expect((await scene.settle(page.authFetch(`${scene.apiUrl}notes`))).status).toBe(200)
})

it('I-1, I-2, C5, INV6, INV7: a refused refresh token ends the session in all tabs, and all who wait hear the same', async () => {
  const { scene, page, pages } = await signedIn(3)
  scene.issuer.expireAccessTokens()
  scene.issuer.always('/token', { status: 400, body: { error: 'invalid_grant' } })
  const failures = await Promise.all(
    pages.flatMap(({ auth }) =>
      [1, 2, 3].map(() => scene.failure(auth.getAccessToken({ forceRefresh: true }))),
    ),
  )
  expect(failures.map(({ code }) => code)).toEqual(failures.map(() => 'refresh-token-refused'))
  await scene.until(() => pages.every(({ auth }) => auth.state.status === 'signed-out'))
  expect(pages.map(({ events }) => events.filter((type) => type === 'session-ended'))).toEqual(
    pages.map(() => ['session-ended']),
  )
  // the first, and one more at most where the tab had begun already
  expect(scene.issuer.count('/token') - 1).toBeLessThanOrEqual(pages.length)
  expect(JSON.stringify(scene.record())).not.toMatch(/"(at|rt)-|"claims":\{"|ey[\w-]+\.ey/)
  expect(page.auth.state).not.toHaveProperty('user')
})

it.each([
  ['C22, RF4: another user', ({ claims }) => void (claims && (claims['sub'] = 'mallory'))],
  ['C12: no access token', ({ body }) => void delete body['access_token']],
  ['C13, T3: a token of another type', ({ body }) => void (body['token_type'] = 'mac')],
  [
    'C23: an ID token for another client',
    ({ claims }) => void (claims && (claims['aud'] = 'other')),
  ],
] satisfies [string, Parameters<typeof setDraft>[1]][])(
  '%s, INV7: no access token of that answer is ever sent to an API',
  async (_, draft) => {
    const { scene, page } = await signedIn()
    const before = new Set(scene.issuer.secrets)
    setDraft(scene, draft)
    await scene.failure(page.auth.getAccessToken({ forceRefresh: true }))
    scene.issuer.draft = undefined
    const fresh = [...scene.issuer.secrets].filter(
      (secret) => !before.has(secret) && secret.startsWith('at-'),
    )
    await scene.settle(page.authFetch(`${scene.apiUrl}notes`).catch(() => {}))
    const sent = scene.issuer.requests.map(({ headers }) => headers.authorization ?? '')
    expect(sent.filter((header) => fresh.some((token) => header.includes(token)))).toEqual([])
    expect(fresh.every((token) => !JSON.stringify(scene.record()).includes(token))).toBe(true)
  },
)

it('G12, I-6, INV8: a sign-out in one tab wins over a refresh that is under way in another, and its tokens are revoked', async () => {
  const { scene, page, pages } = await signedIn(2)
  let answer = () => {}
  scene.issuer.draft = () => new Promise<void>((resolve) => (answer = resolve))
  const refreshing = scene.failure(page.auth.getAccessToken({ forceRefresh: true }))
  await scene.until(() => scene.issuer.count('/token') === 2)
  await scene.settle(pages[1]?.auth.signOut({ endSession: false }) ?? expect.unreachable())
  answer()
  await refreshing
  await scene.until(() => scene.issuer.count('/revoke') >= 2)
  expect(pages.map(({ auth }) => auth.state.status)).toEqual(['signed-out', 'signed-out'])
  expect([scene.record()?.state, /"(at|rt)-/.test(JSON.stringify(scene.record()))]).toEqual([
    'signed-out',
    false,
  ])
})

function setDraft(
  { issuer }: Awaited<ReturnType<typeof startHostileScene>>,
  draft: NonNullable<typeof issuer.draft>,
): void {
  issuer.draft = draft
}
