/** The OpenID Foundation's RP tests about a sign-in, by name, against the whole client and an issuer that misbehaves as they do. */
import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import type { TokenDraft } from '../../../dev-issuer/src/testing/hostile-issuer.js'
import { signJwt } from '../../../dev-issuer/src/testing/hostile-keys.js'
import { startHostileScene, type HostileScene } from './testing/hostile-scene.js'

it('oidcc-client-test, INV1, INV2, INV3: signs in, asks who it is, calls an API, and nothing goes astray', async () => {
  const scene = await startHostileScene()
  const page = await scene.signIn(await scene.open())
  expect(page.auth.state).toMatchObject({ status: 'signed-in', user: { sub: 'alice' } })
  expect(await scene.settle(page.auth.fetchUserInfo())).toMatchObject({ sub: 'alice' })
  expect((await scene.settle(page.authFetch(`${scene.apiUrl}notes`))).status).toBe(200)
  expect(scene.issuer.count('/token')).toBe(1)
})

type Mutation = (draft: TokenDraft) => void | Promise<void>

const refused: [string, Mutation][] = [
  ['-invalid-iss', claim('iss', 'https://evil.test')],
  ['-missing-aud', claim('aud', undefined)],
  ['-invalid-aud', claim('aud', 'another-client')],
  ['-missing-iat', claim('iat', undefined)],
  ['-missing-sub', claim('sub', undefined)],
  ['-nonce-invalid', claim('nonce', 'another-nonce')],
  [
    '-idtoken-sig-none',
    ({ body, claims }) => void (body['id_token'] = `${encode({ alg: 'none' })}.${encode(claims)}.`),
  ],
  ['-invalid-sig-rs256', tamper],
  ['-invalid-sig-es256', tamper],
  [
    '-invalid-sig-hs256',
    ({ body, claims }) => {
      const input = `${encode({ alg: 'HS256' })}.${encode(claims)}`
      body['id_token'] = `${input}.${createHmac('sha256', 'spa').update(input).digest('base64url')}`
    },
  ],
]

it.each(refused.map(([module, mutation]) => [`oidcc-client-test${module}`, mutation] as const))(
  '%s, INV7: nobody is signed in, and nothing is asked with what came',
  async (name, mutation) => {
    const scene = await startHostileScene({}, { alg: name.endsWith('rs256') ? 'RS256' : 'ES256' })
    scene.issuer.draft = mutation
    const page = await scene.signIn(await scene.open())
    expect(page.auth.state).toMatchObject({
      status: 'signed-out',
      error: { code: 'invalid-id-token' },
    })
    expect(scene.record()).toBeUndefined()
    expect(await scene.failure(page.auth.fetchUserInfo())).toMatchObject({
      code: 'sign-in-required',
    })
    expect(await scene.failure(page.authFetch(`${scene.apiUrl}notes`))).toMatchObject({
      code: 'sign-in-required',
    })
    expect(counts(scene, '/token', '/userinfo', '/api/notes')).toEqual([1, 0, 0])
  },
)

it.each(refused.slice(0, 2))(
  'INV7: a sign-in that fails by %s leaves the session before it alone',
  async (_, mutation) => {
    const scene = await startHostileScene()
    const before = await scene.signIn(await scene.open())
    const record = scene.record()
    scene.issuer.draft = mutation
    const page = await scene.signIn(before)
    expect(page.auth.state).toMatchObject({ status: 'signed-in', user: { sub: 'alice' } })
    expect(scene.record()).toEqual(record)
  },
)

it('oidcc-client-test-idtoken-sig-rs256: a good signature is accepted', async () => {
  const scene = await startHostileScene({}, { alg: 'RS256' })
  const page = await scene.signIn(await scene.open())
  expect(page.auth.state.status).toBe('signed-in')
})

it('oidcc-client-test-kid-absent-single-jwks: one key needs no name', async () => {
  const scene = await startHostileScene()
  scene.issuer.draft = ({ header }) => void delete header['kid']
  expect((await scene.signIn(await scene.open())).auth.state.status).toBe('signed-in')
})

it('oidcc-client-test-kid-absent-multiple-jwks: which of several keys is not guessed', async () => {
  const scene = await startHostileScene()
  scene.issuer.jwks.keys.push((await scene.issuer.newKey('ES256', 'key-2')).publicJwk)
  scene.issuer.draft = ({ header }) => void delete header['kid']
  const { auth } = await scene.signIn(await scene.open())
  expect(auth.state).toMatchObject({ status: 'signed-out', error: { code: 'invalid-id-token' } })
})

it('oidcc-client-test-signing-key-rotation: keys that were cached are fetched again', async () => {
  const scene = await startHostileScene()
  const page = await scene.signIn(await scene.open())
  await scene.issuer.rotateKeys()
  expect((await scene.signIn(page)).auth.state.status).toBe('signed-in')
  expect(scene.issuer.count('/jwks')).toBe(2)
})

it('oidcc-client-test-signing-key-rotation-just-before-signing: keys fetched beside the token request are fetched again', async () => {
  const scene = await startHostileScene()
  scene.issuer.draft = async (draft) => {
    await scene.issuer.rotateKeys()
    draft.key = scene.issuer.signingKey
    draft.header['kid'] = draft.key.kid
  }
  expect((await scene.signIn(await scene.open())).auth.state.status).toBe('signed-in')
})

it('oidcc-client-test-discovery-openid-config, oidcc-client-test-discovery-jwks-uri-keys: endpoints and keys are where the metadata says', async () => {
  const scene = await startHostileScene({}, { path: '/tenant' })
  scene.issuer.metadata['jwks_uri'] = `${scene.issuer.issuer}/other-keys`
  scene.issuer.always('/other-keys', { body: scene.issuer.jwks })
  expect((await scene.signIn(await scene.open())).auth.state.status).toBe('signed-in')
  const paths = ['/.well-known/openid-configuration', '/other-keys', '/jwks']
  expect(counts(scene, ...paths)).toEqual([1, 1, 0])
})

it('oidcc-client-test-discovery-issuer-mismatch: nobody is sent anywhere', async () => {
  const scene = await startHostileScene()
  scene.issuer.metadata['issuer'] = 'https://evil.test'
  const page = await scene.open()
  expect(await scene.failure(scene.leave(page))).toMatchObject({ code: 'issuer-mismatch' })
  expect(page.tab.destination).toBeUndefined()
  expect(scene.issuer.requests.map(({ path }) => path)).toEqual([
    '/.well-known/openid-configuration',
  ])
})

function claim(name: string, value: unknown): Mutation {
  return ({ claims }) => void (claims && (claims[name] = value))
}

async function tamper(draft: TokenDraft): Promise<void> {
  const jwt = await signJwt(draft.claims ?? {}, draft.key, draft.header)
  const at = jwt.lastIndexOf('.') + 1
  draft.body['id_token'] = jwt.slice(0, at) + (jwt[at] === 'A' ? 'B' : 'A') + jwt.slice(at + 1)
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

function counts({ issuer }: HostileScene, ...paths: string[]): number[] {
  return paths.map((path) => issuer.count(path))
}
