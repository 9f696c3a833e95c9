import { compactVerify, decodeProtectedHeader, importJWK, type JWK } from 'jose'
import { expect, it } from 'vitest'
import { createProofs, generateProofKey } from './dpop.js'
import type { ProofInput } from './protocol.js'
import { signInInput, startTestProtocol, wallClock } from './testing/test-protocol.js'

// RFC 9449 §7.1, with its hash.
const rfcExampleToken = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'

it('P1: a proof is what RFC 9449 §4.2 says', async () => {
  const { prove, key } = await start()
  const { header, payload } = await verified(
    await prove({
      key,
      method: 'GET',
      url: 'https://api.example:8443/a/b?q=1#f',
      accessToken: rfcExampleToken,
      nonce: 'n',
    }),
  )
  expect(header).toEqual({
    typ: 'dpop+jwt',
    alg: 'ES256',
    jwk: {
      kty: 'EC',
      crv: 'P-256',
      x: expect.any(String) as string,
      y: expect.any(String) as string,
    },
  })
  expect(payload).toEqual({
    jti: expect.stringMatching(/^[\w-]{43}$/) as string,
    htm: 'GET',
    htu: 'https://api.example:8443/a/b',
    iat: expect.any(Number) as number,
    ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo',
    nonce: 'n',
  })
  expect(Math.abs(Number(payload['iat']) - Date.now() / 1000)).toBeLessThan(60)
})

it('P1: without token and nonce there is neither ath nor nonce', async () => {
  const { prove, key } = await start()
  const { payload } = await verified(
    await prove({ key, method: 'POST', url: 'https://as.example/token' }),
  )
  expect(Object.keys(payload).sort()).toEqual(['htm', 'htu', 'iat', 'jti'])
})

it('P3: no two proofs are the same', async () => {
  const { prove, key } = await start()
  const input = { key, method: 'GET', url: 'https://api.example/' }
  const identifiers = new Set<unknown>()
  for (let round = 0; round < 50; round++)
    identifiers.add((await verified(await prove(input))).payload['jti'])
  expect(identifiers.size).toBe(50)
})

it('P4: the private key cannot be exported, and survives a structured clone', async () => {
  const { prove, key } = await start()
  await expect(crypto.subtle.exportKey('pkcs8', key.privateKey)).rejects.toThrow()
  const cloned = { ...key, ...structuredClone({ privateKey: key.privateKey }) }
  await verified(await prove({ key: cloned, method: 'GET', url: 'https://api.example/' }))
})

it('I-18, G10: a key that is none is a typed error', async () => {
  const { prove, key } = await start()
  const broken = [
    { ...key, privateKey: key.publicKey },
    { ...key, publicKey: key.privateKey },
    { publicKey: {}, privateKey: {} },
    {},
  ] as unknown as CryptoKeyPair[]
  for (const wrong of broken)
    await expect(
      prove({ key: wrong, method: 'GET', url: 'https://api.example/' }),
    ).rejects.toMatchObject({
      code: 'proof-key-lost',
    })
})

it('I-16, P2: nonces are kept for each origin', async () => {
  const { proofs, key } = await start()
  const seen: [string, unknown][] = []
  const send = (origin: string, nonce?: string) =>
    proofs.send(key, 'POST', `${origin}/token`, undefined, async ({ dpop }) => {
      seen.push([origin, (await verified(dpop)).payload['nonce']])
      const headers = nonce ? { 'dpop-nonce': nonce } : undefined
      return { response: new Response('{}', headers && { headers }), body: {}, startedAt: 0 }
    })
  await send('https://a.example', 'n-a')
  await send('https://b.example', 'n-b')
  await send('https://a.example', 'n-a2')
  await send('https://a.example')
  await send('https://b.example')
  await send('https://a.example')
  expect(seen).toEqual([
    ['https://a.example', undefined],
    ['https://b.example', undefined],
    ['https://a.example', 'n-a'],
    ['https://a.example', 'n-a2'],
    ['https://b.example', 'n-b'],
    ['https://a.example', 'n-a2'],
  ])
})

it('INV9: a server that repeats a refused nonce is not asked again', async () => {
  const { proofs, key } = await start()
  let count = 0
  const attempt = async () => ({
    response: new Response('{}', { status: 400, headers: { 'dpop-nonce': 'same' } }),
    body: { error: 'use_dpop_nonce' },
    startedAt: count++,
  })
  await proofs.send(key, 'POST', 'https://as.example/token', undefined, attempt)
  expect(count).toBe(2)
  await proofs.send(key, 'POST', 'https://as.example/token', undefined, attempt)
  expect(count).toBe(3)
})

it('P5: a resource server asks for a nonce in its challenge', async () => {
  const test = await startTestProtocol({ dpop: 'required' })
  const { tokens, pending } = await test.signIn()
  const challenge = 'Bearer, DPoP error="use_dpop_nonce"'
  test.server.once('/userinfo', {
    status: 401,
    headers: { 'www-authenticate': challenge, 'dpop-nonce': 'n-1' },
  })
  const claims = await test.protocol.userInfo(tokens.accessToken, 'alice', pending.dpopKey)
  expect(claims).toMatchObject({ name: 'Alice' })
  const [first, second] = test.server.requests.filter(({ path }) => path === '/userinfo')
  expect(first?.headers.authorization).toBe(`DPoP ${tokens.accessToken}`)
  const { payload } = await verified(String(second?.headers['dpop']))
  expect(payload).toMatchObject({
    nonce: 'n-1',
    htm: 'GET',
    htu: `${test.server.issuer}/userinfo`,
    ath: expect.any(String) as string,
  })
})

it('gives proofs for resource servers with the nonce it is told', async () => {
  const test = await startTestProtocol({ dpop: 'auto' })
  const { pending } = await test.protocol.buildAuthorizationRequest(signInInput)
  const key = pending.dpopKey ?? expect.unreachable()
  const proof = {
    key,
    method: 'PUT',
    url: 'https://api.example/x?y',
    accessToken: 'at',
    nonce: 'n',
  }
  const { payload } = await verified(await test.protocol.proof(proof))
  expect(payload).toMatchObject({ htm: 'PUT', htu: 'https://api.example/x', nonce: 'n' })
})

async function start() {
  const proofs = createProofs(wallClock)
  const prove = (input: Partial<ProofInput> & Pick<ProofInput, 'key' | 'method' | 'url'>) =>
    proofs.prove({ nonce: undefined, ...input })
  return { proofs, prove, key: await generateProofKey() }
}

async function verified(proof: string) {
  const header = decodeProtectedHeader(proof)
  const { payload } = await compactVerify(proof, await importJWK(header.jwk as JWK, 'ES256'))
  return { header, payload: JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown> }
}
