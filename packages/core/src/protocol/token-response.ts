/** The token response (RFC 6749 §5.1), from the wire to a token set. Its ID token is judged in id-token.ts. */
import { InvalidTokenResponseError } from '../errors.js'
import type { PlainObject } from './plain-data.js'
import type { TokenSet } from './protocol.js'

const maxLifetimeMs = 90 * 24 * 3_600_000

/**
 * @param startedAt - Wall clock at the start of the request, epoch ms.
 * @throws {InvalidTokenResponseError} Nothing of the response may be used.
 */
export function parseTokenResponse(body: PlainObject | undefined, startedAt: number): TokenSet {
  if (!body) throw invalid('the body is not a JSON object')
  const { access_token, token_type, expires_in, refresh_token, scope, id_token } = body
  if (!isText(access_token)) throw invalid('access_token is missing')
  for (const [name, value] of Object.entries({ refresh_token, id_token }))
    if (value !== undefined && !isText(value)) throw invalid(`${name} is not a token`)
  if (scope !== undefined && typeof scope !== 'string') throw invalid('scope is not a string')

  const type = typeof token_type === 'string' ? token_type.toLowerCase() : ''
  if (type !== 'bearer' && type !== 'dpop') throw invalid('token_type is neither Bearer nor DPoP')
  return {
    accessToken: access_token,
    tokenType: type === 'dpop' ? 'DPoP' : 'Bearer',
    startedAt,
    lifetimeMs: lifetimeOf(expires_in),
    scope,
    refreshToken: refresh_token as string | undefined,
    idToken: id_token as string | undefined,
    claims: undefined,
  }
}

/**
 * Refuses the downgrade to Bearer where a proof was sent, and a DPoP token without a key, which is of no use (RFC 9449 §5).
 *
 * @throws {InvalidTokenResponseError}
 */
export function requireTokenType({ tokenType }: TokenSet, expected: TokenSet['tokenType']): void {
  if (tokenType !== expected)
    throw invalid(`token_type is ${tokenType} where ${expected} was asked for`)
}

/** A number, or the string some servers send. */
function lifetimeOf(expiresIn: unknown): number {
  if (expiresIn === undefined) return 0
  const seconds = parseFloat(expiresIn as string)
  if (!(seconds >= 0 && seconds < Infinity)) throw invalid('expires_in is not a number of seconds')
  return Math.min(seconds * 1000, maxLifetimeMs)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function invalid(why: string): InvalidTokenResponseError {
  return new InvalidTokenResponseError(`The token response cannot be used: ${why}.`)
}
