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
  if (!record) return known?.state === 'signed-in' && verified ? 'recreate' : 'out'
  if (record.state !== 'signed-in') return 'out'
  if (known?.sessionId === record.sessionId) {
    if (known.state !== 'signed-in') return 'write-back'
    if (record.generation === known.generation) return 'keep'
    return record.generation > known.generation ? 'adopt' : 'write-back'
  }
  return marker === `!${record.sessionId}` ? 'out' : 'adopt'
}
