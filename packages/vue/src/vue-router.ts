/** The guard for vue-router 4 and 5, with history and hash URLs; nothing of it is imported. */
import type { AuthClient } from '@latchkey/core'
import { admit, untilKnown, type GuardOptions } from '@latchkey/core/bindings'

/** What `onSignedOut` returns is what the guard returns: a route to go to (your sign-in page, say) or `false`. */
export type AuthGuardOptions<Target> = GuardOptions<Target>

/** What vue-router hands to guards, as far as it matters here. */
export interface GuardedRoute {
  readonly fullPath: string
  readonly meta: { readonly [key: string | symbol]: unknown }
  readonly matched: readonly unknown[]
}

/**
 * Makes a guard for `router.beforeEach`: it waits until the session is restored, lets the signed-in pass to routes with
 * `meta: { requiresAuth: true }`, and sends others to sign in and back to the very place.
 *
 * A route beneath can say `requiresAuth: false`. The navigation a page begins with goes on to where the client has
 * led it: from the redirect URI to the place the sign-in began at.
 *
 * @throws {AuthError} To `router.onError`: an earlier sign-in failed, and is not tried again by itself.
 */
export function createAuthGuard<Target = boolean>(
  client: AuthClient<unknown>,
  options: AuthGuardOptions<Target> = {},
): (to: GuardedRoute, from: GuardedRoute) => Promise<boolean | string | Target> {
  return async (to, from) => {
    const before = addressBar()
    await untilKnown(client)
    const isFirst = from.matched.length === 0
    if (isFirst && addressBar() !== before) return pathInRouter(to, addressBar())
    return to.meta['requiresAuth'] ? admit(client, hrefOf(to), options) : true
  }
}

function addressBar(): string {
  return typeof location === 'undefined' ? '' : location.pathname + location.search + location.hash
}

/** The route as in the address bar: with the router's base, and with `#` if its URLs are hashes. */
function hrefOf(to: GuardedRoute): string {
  // Routes know their href, though the type does not say so of the one a guard gets.
  const { href = to.fullPath } = to as { href?: string }
  return href.startsWith('#') ? location.pathname + location.search + href : href
}

/** The other way round: what the router calls the place in the address bar. */
function pathInRouter(to: GuardedRoute, url: string): string {
  const { href = to.fullPath } = to as { href?: string }
  if (href.startsWith('#')) return url.slice(url.indexOf('#') + 1 || url.length) || '/'
  const base = href.slice(0, href.length - to.fullPath.length)
  return url.slice(base.length) || '/'
}
