/** Claims from the UserInfo endpoint, about the signed-in user and nobody else. OpenID Connect Core §5.3. */
import { AuthError } from '../errors.js'
import type { ProtocolContext } from './protocol-context.js'

/**
 * JSON only: a signed answer (a JWT) is for clients that register for it.
 *
 * @throws {AuthError} `userinfo`
 */
export async function userInfo(
  { ask, documents }: ProtocolContext,
  accessToken: string,
  subject: string,
  dpopKey: CryptoKeyPair | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const { userinfo_endpoint: url } = await documents.server().catch(failed)
  const headers = { authorization: `${dpopKey ? 'DPoP' : 'Bearer'} ${accessToken}` }
  const { response, body } = await ask(url, { headers }, dpopKey, undefined, accessToken).catch(
    failed,
  )
  if (response.status !== 200 || body?.['sub'] !== subject)
    failed(new Error(`HTTP ${response.status}, not with JSON about this user.`))
  return body
}

function failed({ message }: Error): never {
  throw new AuthError('userinfo', `UserInfo failed: ${message}`)
}
