import { recordVersion, type SessionRecord } from './session-record.js'

/** What a sign-out or an end leaves: no token, but what keeps late writers from undoing it. */
export function buildTombstone(
  record: SessionRecord,
  state: 'signed-out' | 'ended',
  ended?: SessionRecord['ended'],
): SessionRecord {
  return {
    v: recordVersion,
    minReader: 1,
    generation: record.generation + 1,
    state,
    sessionId: record.sessionId,
    signOuts: record.signOuts + (state === 'signed-out' ? 1 : 0),
    issuer: record.issuer,
    clientId: record.clientId,
    subject: '',
    claims: {},
    scope: '',
    accessTokens: {},
    ...(ended && { ended }),
  }
}

/** Whether this version may write the record: a newer one may have asked it not to. */
export function isWritable({ minReader }: SessionRecord): boolean {
  return minReader <= recordVersion
}
