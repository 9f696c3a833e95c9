/** Whether it is known who is here: what is decided before that, an error page say, would be wrong a moment later. */
import type { AuthClient } from '../auth-client.js'
import type { StorageError } from '../errors.js'
import type { AuthState, StateMembers } from '../session/state.js'
import { untilState } from './until-state.js'

/** Waits until it is known who is here. On a server, which never knows, it waits for nothing. */
export async function untilKnown(client: AuthClient<unknown>): Promise<void> {
  await client.ready
  if (isUnknown(client.state) && typeof window !== 'undefined')
    await untilState(client, (state) => !isUnknown(state))
}

/** The session is being restored, or could not be read yet and is tried again. */
export function isUnknown(state: AuthState<unknown>): boolean {
  const { error } = state as StateMembers
  return state.status === 'restoring' || !!(error as StorageError | undefined)?.retrying
}
