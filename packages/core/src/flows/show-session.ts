import type { SessionRecord } from '../session/session-record.js'
import type { SignedInState } from '../session/state.js'
import type { ClientShell } from './client-context.js'

/**
 * Takes a session over into memory and shows it to the app.
 *
 * @throws {ConfigurationError} `claimsSchema` refuses the user.
 */
export function showSession<User>(
  { memory, toUser }: Pick<ClientShell<User>, 'memory' | 'toUser'>,
  record: SessionRecord,
  persistence: SignedInState['persistence'],
): void {
  const user = toUser(record)
  memory.hold(record)
  memory.verified = true
  memory.dispatch({ type: 'session-adopted', record, user, persistence })
}
