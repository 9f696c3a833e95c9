/** Claims from the UserInfo endpoint, about nobody but the signed-in user (OpenID Connect Core §5.3). */
import type { UserClaims } from '../session/state.js'
import { toUser } from '../session/user-claims.js'
import type { ClientContext } from './client-context.js'
import { obtainToken, requireSession } from './refresh-access-token.js'

/** The profile is not merged into the session: it is the app's to use. */
export async function fetchUserInfo<User>(context: ClientContext<User>): Promise<UserClaims> {
  const [protocol, token] = await Promise.all([
    context.loadProtocol(),
    obtainToken(context, { key: '' }, undefined),
  ])
  const { subject, dpopKey } = requireSession(context)
  return toUser(await protocol.userInfo(token.value, subject, dpopKey), undefined)
}
