import { expect, it } from 'vitest'
import { createInMemoryStore } from './in-memory-store.js'
import { withRefreshGrace } from './refresh-grace.js'
import { refresh, signIn } from './testing/app.js'
import { startForTest } from './testing/issuer.js'

it('accepts the previous refresh token again within the grace', async () => {
  const issuer = await startForTest({ refreshTokenGraceSeconds: 60 })
  const { server, tokens } = await signIn(issuer)
  await refresh(server, tokens.refresh_token)

  const again = await refresh(server, tokens.refresh_token)
  await refresh(server, again.refresh_token)

  expect(issuer.reuseDetections).toBe(0)
  expect(issuer.tokenRequests.slice(1)).toMatchObject([
    { refreshTokenGeneration: 1, newRefreshTokenGeneration: 2, reuse: 'none' },
    { refreshTokenGeneration: 1, newRefreshTokenGeneration: 2, reuse: 'within-grace' },
    { refreshTokenGeneration: 2, newRefreshTokenGeneration: 3, reuse: 'none' },
  ])
})

it('detects a refresh token older than the previous one, grace or not', async () => {
  const issuer = await startForTest({ refreshTokenGraceSeconds: 60 })
  const { server, tokens } = await signIn(issuer)
  const second = await refresh(server, tokens.refresh_token)
  await refresh(server, second.refresh_token)

  await expect(refresh(server, tokens.refresh_token)).rejects.toMatchObject({
    error: 'invalid_grant',
  })

  expect(issuer.reuseDetections).toBe(1)
})

it('takes the grace away at once when it is set to 0', async () => {
  const issuer = await startForTest({ refreshTokenGraceSeconds: 60 })
  const { server, tokens } = await signIn(issuer)
  await refresh(server, tokens.refresh_token)
  issuer.setRefreshTokenGrace(0)

  await expect(refresh(server, tokens.refresh_token)).rejects.toThrow()

  expect(issuer.reuseDetections).toBe(1)
})

it('keeps the grace over a key rotation', async () => {
  const issuer = await startForTest({ refreshTokenGraceSeconds: 60 })
  const { server, tokens } = await signIn(issuer)
  await refresh(server, tokens.refresh_token)
  await issuer.rotateKeys()

  await refresh(server, tokens.refresh_token)

  expect(issuer.tokenRequests.at(-1)).toMatchObject({ reuse: 'within-grace' })
})

it('counts the grace from the first use, however often the token is used in it', async () => {
  let now = 0
  const tokens = withRefreshGrace(createInMemoryStore().adapterFor('RefreshToken'), {
    graceMs: () => 1000,
    now: () => now,
  })
  await tokens.upsert('first', { grantId: 'family', rotations: 0 }, 60)
  await tokens.consume('first')

  now = 900
  expect((await tokens.find('first'))?.consumed).toBeUndefined()
  await tokens.consume('first')
  now = 1000
  expect((await tokens.find('first'))?.consumed).toBeDefined()
})
