/** The guard for vue-router 4 and 5, with history and hash URLs; nothing of it is imported. */
import {
  SignInRequiredError,
  type AuthClient,
  type AuthError,
  type SignInOptions,
} from '@latchkey/core'
import { signInOnce } from './sign-in-once.js'

export interface AuthGuardOptions<Target> {
  /**
   * Called instead of the automatic sign-in; what it returns is what the guard returns: a route to go to (your sign-in
   * page, say) or `false`. `returnTo` is where the user wanted to go, `error` why they are not signed in.
   */
  readonly onSignedOut?: (context: {
    readonly returnTo: string
    readonly error: AuthError | undefined
  }) => Target | Promise<Target>
  /** For the automatic sign-in. */
  readonly signInOptions?: Omit<SignInOptions, 'returnTo' | 'signal'>
}

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
  { onSignedOut, signInOptions }: AuthGuardOptions<Target> = {},
): (to: GuardedRoute, from: GuardedRoute) => Promise<boolean | string | Target> {
  return async (to, from) => {
    const before = addressBar()
    await client.ready
    const isFirst = from.matched.length === 0
    if (isFirst && addressBar() !== before) return pathInRouter(to, addressBar())

    const { state } = client
    // A server knows no session: the browser decides.
    if (!to.meta['requiresAuth'] || state.status === 'signed-in' || state.status === 'restoring')
      return true
    const returnTo = hrefOf(to)
    const error = state.status === 'signed-out' ? state.error : undefined
    if (onSignedOut && state.status === 'signed-out') return onSignedOut({ returnTo, error })
    if (error && error.name !== 'SessionEndedError') throw error
    await signInOnce(client, { ...signInOptions, returnTo })
    if (isSignedIn(client)) return true
    throw new SignInRequiredError()
  }
}

function isSignedIn({ state }: AuthClient<unknown>): boolean {
  return state.status === 'signed-in'
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
