/** What a page does with what it sees in the store (PROTOCOL rule 7): one pure decision. */
import type { SessionRecord } from './session-record.js'

export type Adoption =
  /** Nothing new. */
  | 'keep'
  /** The stored session is newer, or another one: follow it. */
  | 'adopt'
  /** A tombstone, or nothing where nothing is known: nobody is here. */
  | 'out'
  /** The store went back: write what this page knows over it, unless somebody is refreshing there. */
  | 'write-back'
  /** The store lost the record of a session this page knew all along. */
  | 'recreate'

/**
 * @param marker - The localStorage marker: `!sessionId` = signed out, though the store may not know yet.
 */
export function decideAdoption(
  known: SessionRecord | undefined,
  verified: boolean,
  record: SessionRecord | undefined,
  marker: string | null,
): Adoption {
  const isSignedOut = (sessionId: string) => marker === `!${sessionId}`
  if (!record)
    return known?.state === 'signed-in' && verified && !isSignedOut(known.sessionId)
      ? 'recreate'
      : 'out'
  if (record.state !== 'signed-in' || isSignedOut(record.sessionId)) return 'out'
  if (known?.sessionId !== record.sessionId) return 'adopt'
  if (known.state === 'signed-out' || record.generation < known.generation) return 'write-back'
  // an end that could not be stored binds nobody: somebody has refreshed since
  if (known.state === 'ended') return 'adopt'
  return record.generation > known.generation ? 'adopt' : 'keep'
}
