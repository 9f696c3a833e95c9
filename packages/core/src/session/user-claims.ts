/** The claims an app sees: about the person, without the protocol's own (OpenID Connect Core §2). */
import type { UserClaims } from './state.js'

const protocolClaims =
  'iss aud exp iat nbf jti nonce at_hash c_hash s_hash azp sid auth_time typ rh uti aio ver'.split(
    ' ',
  )

export function userClaims(claims: Readonly<Record<string, unknown>>): UserClaims {
  return Object.fromEntries(
    Object.entries(claims).filter(([name]) => !protocolClaims.includes(name)),
  ) as unknown as UserClaims
}
