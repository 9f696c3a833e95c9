import type { Protocol } from '../protocol/protocol.js'
import type { SessionRecord } from '../session/session-record.js'
import type { ClientContext } from './client-context.js'

const revocationMs = 3000

/** Revokes a refresh token (RFC 7009) in the background: best effort, 3 s. */
export function revokeLater<User>(
  { environment }: ClientContext<User>,
  protocol: Protocol,
  refreshToken: string,
  { dpopKey }: Pick<SessionRecord, 'dpopKey'>,
): void {
  const limit = new AbortController()
  const stop = environment.clock.setTimer(() => limit.abort(), revocationMs)
  void protocol.revoke(refreshToken, dpopKey, limit.signal).finally(stop)
}
