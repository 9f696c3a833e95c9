// How a token is named where people can see it.
import { createHash } from 'node:crypto'

/** The first six characters of the SHA-256: enough to tell two tokens apart, useless to use one. */
export function fingerprintOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 6)
}
