/** The guard for TanStack Router; nothing of it is imported. */
import { SignInRequiredError, type AuthClient, type UserClaims } from '@latchkey/core'
import { admit, untilKnown, type GuardOptions } from '@latchkey/core/bindings'

/** What TanStack Router hands to `beforeLoad`, as far as it matters here. */
export interface BeforeLoadArguments {
  readonly location: { readonly href: string; readonly publicHref?: string }
  readonly preload: boolean
  readonly abortController: AbortController
}

/**
 * Makes a `beforeLoad` that lets only the signed-in pass, and sends others to sign in and back to this very place.
 * The routes beneath find the user in their context: `context.user`.
 *
 * Keep it in a constant (`const requireAuth = requireAuthBeforeLoad(auth)`): called inside the route's options, TypeScript
 * cannot tell the type of the context.
 *
 * @throws {AuthError} To the route's error component: an earlier sign-in failed.
 */
export function requireAuthBeforeLoad<User = UserClaims>(
  client: AuthClient<User>,
  options: GuardOptions = {},
): (args: BeforeLoadArguments) => Promise<{ user: User }> {
  return async ({ location, preload, abortController }) => {
    await untilKnown(client)
    // A link that is only hovered must not send anybody away.
    if (preload && client.state.status !== 'signed-in') throw new SignInRequiredError()
    await admit(client, location.publicHref ?? location.href, options, abortController.signal)
    if (client.state.status !== 'signed-in') throw new SignInRequiredError()
    return { user: client.state.user }
  }
}
