import { expect, it } from 'vitest'
import { commit, type RefreshedTokens } from './refresh-decisions.js'
import { recordVersion, type SessionRecord } from './session-record.js'
import { buildTombstone } from './tombstone.js'

const client = { issuer: 'https://as.test', clientId: 'spa' }
const claimed = { sessionId: 'of-alice', subject: 'alice', generation: 5 }

function record(changes: Partial<SessionRecord> = {}): SessionRecord {
  return {
    ...client,
    ...claimed,
    v: recordVersion,
    minReader: 1,
    state: 'signed-in',
    signOuts: 0,
    claims: {},
    scope: '',
    accessTokens: {},
    refreshToken: 'sent',
    ...changes,
  }
}

const refreshed: RefreshedTokens = {
  sent: 'sent',
  received: 'received',
  key: '',
  token: { value: 'at', type: 'Bearer', scope: '', startedAt: 0, lifetime: 1000, refusals: 0 },
  idToken: undefined,
  claims: undefined,
}

function decide(stored: unknown) {
  const { put, result } = commit(stored, client, claimed, claimed.generation, refreshed, 0)
  return [result.kind, (put as SessionRecord | undefined)?.refreshToken]
}

it('stores tokens over the refresh token that was sent', () => {
  expect(decide(record())).toEqual(['committed', 'received'])
})

it.each([
  ['G12: a sign-out', buildTombstone(record(), 'signed-out'), 'revoke'],
  [
    'G12: a sign-out in a store that went back',
    { ...buildTombstone(record(), 'signed-out'), generation: 1 },
    'revoke',
  ],
  ['G12: an end', { ...buildTombstone(record(), 'ended'), generation: 1 }, 'dropped'],
  [
    'C28, I-19: another user',
    record({ sessionId: 'of-bob', subject: 'bob', refreshToken: 'b' }),
    'revoke',
  ],
  [
    'C28, I-19: another user in a young record',
    record({ sessionId: 'of-bob', subject: 'bob', refreshToken: 'b', generation: 1 }),
    'revoke',
  ],
  [
    'the same user, signed in again',
    record({ sessionId: 'again', refreshToken: 'b', generation: 1 }),
    'dropped',
  ],
  [
    'a refresh that somebody else has stored',
    record({ refreshToken: 'other', generation: 6 }),
    'dropped',
  ],
  ['G3: a record of another issuer', record({ issuer: 'https://evil.test' }), 'absent'],
])('%s: nothing is stored over it', (_, stored, kind) => {
  expect(decide(stored)).toEqual([kind, undefined])
})
