/** APIs that answer with anything, and URLs of any shape: what is sent where, how often, and what the app gets. */
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { startHostileIssuer } from '../../../dev-issuer/src/testing/hostile-issuer.js'
import { isAuthError } from '../errors.js'
import { createAuthFetch } from './auth-fetch.js'
import { startHostileScene } from './testing/hostile-scene.js'
import { createSimulatedWorld } from './testing/simulated-world.js'

const pageUrl = 'https://app.test/inner/page'

it('H5, E22, U2, INV1: an API gets the access token in the header, never the ID token, and nothing in the URL', async () => {
  const scene = await startHostileScene()
  const page = await scene.signIn(await scene.open())
  scene.issuer.once('/api/notes', {
    status: 401,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  })
  expect((await scene.settle(page.authFetch(`${scene.apiUrl}notes?a=1`))).status).toBe(200)
  const sent = scene.issuer.requests.filter(({ path }) => path === '/api/notes')
  expect(sent.map(({ query }) => query.toString())).toEqual(['a=1', 'a=1'])
  for (const { headers } of sent) expect(headers.authorization).toMatch(/^Bearer at-/)
})

it.each([
  ['U3: a scope that cannot be', 'Bearer error="insufficient_scope", scope="\u00ff"'],
  [
    'U3: several challenges',
    'Basic realm="x", Bearer error="invalid_token", DPoP error="use_dpop_nonce"',
  ],
  ['U3: 64 kB', `Bearer error="${'x'.repeat(15_000)}"`],
])(
  '%s: one refresh at most, two sends at most, and the app gets the answer',
  async (_, challenge) => {
    const scene = await startHostileScene()
    const page = await scene.signIn(await scene.open())
    scene.issuer.always('/api/notes', { status: 401, headers: { 'www-authenticate': challenge } })
    expect((await scene.settle(page.authFetch(`${scene.apiUrl}notes`))).status).toBe(401)
    expect(scene.issuer.count('/api/notes')).toBeLessThanOrEqual(2)
    expect(scene.issuer.count('/token')).toBeLessThanOrEqual(2)
    expect(page.auth.state.status).toBe('signed-in')
  },
)

it('I-12, E8: a step-up demanded by the server a redirect has led to is no demand of the API', async () => {
  const scene = await startHostileScene()
  const stranger = await startHostileIssuer()
  onTestFinished(() => stranger.close())
  stranger.always('/phish', {
    status: 401,
    headers: {
      'www-authenticate': 'Bearer error="insufficient_user_authentication", acr_values="evil"',
    },
  })
  const page = await scene.signIn(await scene.open())
  scene.issuer.always('/api/notes', {
    status: 302,
    headers: { location: `${stranger.issuer}/phish` },
  })
  expect((await scene.settle(page.authFetch(`${scene.apiUrl}notes`))).status).toBe(401)
  expect(page.events).not.toContain('step-up-required')
  expect(stranger.requests.map(({ headers }) => headers.authorization)).toEqual([undefined])
})

it('U3, INV9: fuzz: whatever WWW-Authenticate says, a request is sent twice at most and has an outcome', async () => {
  const word = fc.constantFrom(
    ...[
      'Bearer',
      'DPoP',
      'Basic',
      'error',
      'scope',
      'acr_values',
      'max_age',
      'realm',
      '=',
      ',',
      '"',
      '\\',
      ' ',
    ],
    ...[
      'invalid_token',
      'insufficient_scope',
      'insufficient_user_authentication',
      'use_dpop_nonce',
      '""',
      '__proto__',
    ],
  )
  const header = fc.oneof(
    fc.array(word, { maxLength: 15 }).map((words) => words.join('')),
    fc.array(word, { maxLength: 15 }).map((words) => words.join(' ')),
    fc
      .tuple(word, word, word, word)
      .map(([scheme, name, value, more]) => `${scheme} ${name}="${value}", scope="${more}"`),
  )
  const options = {
    status: fc.constantFrom(401, 403),
    challenge: header,
    nonce: fc.option(fc.constantFrom('n', '', 'x'.repeat(10_000)), { nil: undefined }),
  }
  await fc.assert(
    fc.asyncProperty(fc.record(options), async ({ status, challenge, nonce }) => {
      const { world, page } = await signedIn()
      let sends = 0
      const authFetch = createAuthFetch(page.auth, {
        fetch: async () => {
          sends++
          const headers = new Headers()
          try {
            headers.set('www-authenticate', challenge)
            if (nonce !== undefined) headers.set('dpop-nonce', nonce)
          } catch {
            // no header can hold it
          }
          return new Response(null, { status, headers })
        },
      })
      const outcome = await world.clock
        .until(
          authFetch('https://api.test/v1/x').catch((error: unknown) => error),
          15 * 60_000,
        )
        .catch((error: unknown) => error)
      expect(outcome instanceof Response || isAuthError(outcome), String(outcome)).toBe(true)
      expect(sends).toBeLessThanOrEqual(2)
      expect(world.server.uses.length).toBeLessThanOrEqual(1)
      expect(page.auth.state.status).toBe('signed-in')
      page.auth.dispose()
    }),
    { numRuns: 150 },
  )
}, 120_000)

it('E2, E4, E6, E25: fuzz: whatever the URL, a token goes where the parsed URL is listed, and nowhere else', async () => {
  const piece = fc.constantFrom(
    ...[
      'https:',
      'http:',
      'HTTPS:',
      '//',
      '/',
      '\\',
      'api.test',
      'API.TEST',
      'evil.test',
      '.evil.test',
      '@',
      ':443',
      ':444',
    ],
    ...[
      '/v1',
      '/v1/',
      '/v1x',
      '/V1',
      '/..',
      '/.',
      '/%2e%2e',
      '?',
      '#',
      '\t',
      '\n',
      ' ',
      'x',
      'user:pw',
      '%2f',
      '。',
      'blob:',
      'data:',
    ],
  )
  const url = fc.oneof(
    fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join('')),
    fc.array(piece, { maxLength: 5 }).map((pieces) => `https://api.test/v1${pieces.join('')}`),
    fc.webUrl(),
  )
  const { page } = await signedIn()
  let tokens: (string | null)[] = []
  const authFetch = createAuthFetch(page.auth, {
    fetch: async (_input, init) => {
      tokens.push(new Headers(init?.headers).get('authorization'))
      return new Response(null)
    },
  })
  let listed = 0
  await fc.assert(
    fc.asyncProperty(url, async (input) => {
      tokens = []
      await authFetch(input)
      const target = URL.canParse(input, pageUrl) ? new URL(input, pageUrl) : undefined
      const isListed =
        target?.origin === 'https://api.test' &&
        target.protocol === 'https:' &&
        (target.pathname === '/v1' || target.pathname.startsWith('/v1/')) &&
        !target.username &&
        !target.password
      if (isListed) listed++
      expect(tokens.map((token) => token !== null)).toEqual([isListed])
    }),
    { numRuns: 800 },
  )
  expect(listed).toBeGreaterThan(30)
  page.auth.dispose()
}, 60_000)

async function signedIn() {
  const world = createSimulatedWorld()
  world.storeSession()
  const page = world.openPage(
    { resources: [{ url: 'https://api.test/v1' }], proactiveRefresh: false },
    pageUrl,
  )
  await world.clock.until(page.auth.ready)
  return { world, page }
}
