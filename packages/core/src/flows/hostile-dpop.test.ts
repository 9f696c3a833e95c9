/** Bound tokens (RFC 9449) through the whole client, against servers that would unbind them. */
import { expect, it } from 'vitest'
import type { RecordedRequest } from '../../../dev-issuer/src/testing/hostile-answers.js'
import { startHostileScene, type HostileScene } from './testing/hostile-scene.js'

async function signedIn() {
  const scene = await startHostileScene({ dpop: 'required' })
  return { scene, page: await scene.signIn(await scene.open()) }
}

it('P1, P3, RF7, INV1: every request with a token has a proof of its own, by one key', async () => {
  const { scene, page } = await signedIn()
  await scene.settle(page.auth.getAccessToken({ forceRefresh: true }))
  expect((await scene.settle(page.authFetch(`${scene.apiUrl}notes?a=1#b`))).status).toBe(200)
  await scene.settle(page.auth.fetchUserInfo())
  const proofs = scene.issuer.requests.filter(({ headers }) => headers['dpop']).map(proofOf)
  expect(proofs.map(({ htm, htu }) => `${htm} ${htu}`)).toEqual([
    `POST ${scene.issuer.issuer}/token`,
    `POST ${scene.issuer.issuer}/token`,
    `GET ${scene.apiUrl}notes`,
    `GET ${scene.issuer.issuer}/userinfo`,
  ])
  expect(new Set(proofs.map(({ jti }) => jti)).size).toBe(4)
  expect(new Set(proofs.map(({ jwk }) => JSON.stringify(jwk))).size).toBe(1)
  expect(proofs.map(({ ath }) => ath !== undefined)).toEqual([false, false, true, true])
  expect(scene.issuer.requests.at(-1)?.headers.authorization).toMatch(/^DPoP at-/)
})

it('P4: the key in the store cannot be exported, and survives a reload', async () => {
  const { scene, page } = await signedIn()
  const key = scene.record()?.dpopKey ?? expect.unreachable()
  await expect(crypto.subtle.exportKey('jwk', key.privateKey)).rejects.toThrow()
  const next = await scene.load(page.tab)
  expect((await scene.settle(next.authFetch(`${scene.apiUrl}notes`))).status).toBe(200)
})

it('C14, T4: a Bearer token in place of a bound one signs nobody in', async () => {
  const scene = await startHostileScene({ dpop: 'required' })
  scene.issuer.draft = ({ body }) => void (body['token_type'] = 'Bearer')
  const { auth } = await scene.signIn(await scene.open())
  expect(auth.state).toMatchObject({
    status: 'signed-out',
    error: { code: 'invalid-token-response' },
  })
  expect(scene.record()).toBeUndefined()
})

it('C14, T4, INV7: a Bearer token in answer to a refresh is neither stored nor sent', async () => {
  const { scene, page } = await signedIn()
  const before = new Set(scene.issuer.secrets)
  scene.issuer.draft = ({ body }) => void (body['token_type'] = 'Bearer')
  await scene.failure(page.auth.getAccessToken({ forceRefresh: true }))
  await scene.settle(page.authFetch(`${scene.apiUrl}notes`).catch(() => {}))
  const fresh = [...scene.issuer.secrets].filter((secret) => !before.has(secret))
  expect(fresh.some((secret) => secret.startsWith('at-'))).toBe(true)
  for (const secret of fresh) expect(JSON.stringify(scene.record())).not.toContain(secret)
  for (const { headers } of scene.issuer.requests)
    expect(headers.authorization ?? '').not.toMatch(/^Bearer/)
})

it.each([
  ['G10, RF7: a session whose key is gone', undefined],
  ['G10: a session whose key is no key', { privateKey: 'x', publicKey: 'y' }],
])('%s: its refresh token is not sent, and no other key is made for it', async (_, dpopKey) => {
  const { scene, page } = await signedIn()
  const { dpopKey: _key, ...record } = scene.record() ?? expect.unreachable()
  scene.browser.store.put(scene.names.session, { ...record, ...(dpopKey && { dpopKey }) })
  page.tab.close()
  const sent = scene.issuer.count('/token')
  const next = await scene.open()
  expect(await scene.failure(next.auth.getAccessToken({ forceRefresh: true }))).toMatchObject({
    code: 'proof-key-lost',
  })
  expect(next.auth.state).toMatchObject({ status: 'signed-out', reason: 'session-ended' })
  expect(scene.issuer.count('/token')).toBe(sent)
})

it('P2, P5, I-16, INV9: nonces of the authorization server and of the API are kept apart, and asked for once', async () => {
  const { scene, page } = await signedIn()
  demandNonce(scene, '/token', 'of-the-server', { status: 400, body: { error: 'use_dpop_nonce' } })
  demandNonce(scene, '/api/notes', 'of-the-api', {
    status: 401,
    headers: { 'www-authenticate': 'DPoP error="use_dpop_nonce"' },
  })
  await scene.settle(page.auth.getAccessToken({ forceRefresh: true }))
  await scene.settle(page.authFetch(`${scene.apiUrl}notes`))
  const sent = scene.issuer.requests.slice(-4)
  expect(sent.map(({ path }) => path)).toEqual(['/token', '/token', '/api/notes', '/api/notes'])
  const nonces = sent.map((request) => proofOf(request).nonce)
  expect([nonces[1], nonces[3]]).toEqual(['of-the-server', 'of-the-api'])
})

it('I-15, INV9: a nonce that is never accepted ends in the answer of the API, after two sends', async () => {
  const { scene, page } = await signedIn()
  let count = 0
  scene.issuer.always('/api/notes', () => ({
    status: 401,
    headers: { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': `n${++count}` },
  }))
  expect((await scene.settle(page.authFetch(`${scene.apiUrl}notes`))).status).toBe(401)
  expect([count, scene.issuer.count('/token')]).toEqual([2, 1])
})

interface Proof {
  readonly htm: string
  readonly htu: string
  readonly jti: string
  readonly ath?: string
  readonly nonce?: string
  readonly jwk: object
}

function proofOf({ headers }: RecordedRequest): Proof {
  const [header, payload] = String(headers['dpop'])
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object)
  return { ...header, ...payload } as Proof
}

/** The server refuses the next request to the path, and names its nonce. */
function demandNonce(
  { issuer }: HostileScene,
  path: string,
  nonce: string,
  refusal: { status: number; body?: unknown; headers?: Record<string, string> },
): void {
  issuer.once(path, { ...refusal, headers: { ...refusal.headers, 'dpop-nonce': nonce } })
}
