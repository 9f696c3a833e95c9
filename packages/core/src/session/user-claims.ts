/** The claims an app sees: about the person, without the protocol's own (OpenID Connect Core §2). */
import { ConfigurationError } from '../errors.js'
import type { UserClaims } from './state.js'

/** A Standard Schema validator (zod, valibot, arktype …) for the user's claims. */
export interface ClaimsSchema<User> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) =>
      | { readonly value: User; readonly issues?: undefined }
      | { readonly issues: ReadonlyArray<{ readonly message: string }> }
      // asynchronous validation is refused: a session is restored without waiting
      | Promise<unknown>
    readonly types?: { readonly input: unknown; readonly output: User } | undefined
  }
}

const protocolClaims =
  /^(iss|aud|exp|iat|nbf|jti|nonce|\w{1,2}_hash|azp|sid|auth_time|typ|rh|uti|aio|ver)$/

/** @throws {ConfigurationError} The schema refuses the claims. */
export function toUser<User>(
  claims: Readonly<Record<string, unknown>>,
  schema: ClaimsSchema<User> | undefined,
): User {
  const user: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(claims))
    if (!protocolClaims.test(name)) user[name] = value
  if (!schema) return user as User & UserClaims
  const result = schema['~standard'].validate(user)
  if ('value' in result) return result.value
  throw new ConfigurationError(
    'claimsSchema',
    'issues' in result ? (result.issues[0]?.message ?? 'refused') : 'must be synchronous',
  )
}
