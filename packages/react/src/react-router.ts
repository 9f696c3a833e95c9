/** Guards for React Router 6.4 to 8; nothing of it is imported. */
import type { AuthClient } from '@latchkey/core'
import { admit, requireUser, type GuardOptions } from '@latchkey/core/bindings'

/** `onSignedOut` may throw a `redirect()` to a sign-in page; if it returns, the route is denied. */
export interface RouteGuardOptions extends GuardOptions {
  /**
   * Where to come back to: a path with query and hash, as in the address bar. Default: the URL of the request. Of a link
   * inside the app that leaves out the hash, which React Router tells no loader; for a hash router it must be given.
   */
  readonly returnTo?: (request: Request) => string
}

/** What React Router hands to loaders and middleware, as far as it matters here. */
export interface RouteArguments {
  readonly request: Request
}

/**
 * Makes a loader that lets only the signed-in pass, and sends others to sign in and back to this very place.
 *
 * Loaders of parent and child routes run at the same time: give it to each protected route, or call it first in a
 * loader of your own (`await requireSignIn(args)`). With React Router 7.9 or newer, {@link authMiddleware} is simpler.
 *
 * @throws {AuthError} To the route's error element: an earlier sign-in failed.
 */
export function requireAuthLoader(
  client: AuthClient<unknown>,
  options: RouteGuardOptions = {},
): (args: RouteArguments) => Promise<null> {
  return async ({ request }) => {
    await requireRoute(client, request, options)
    return null
  }
}

/**
 * Makes middleware that lets only the signed-in pass, and sends others to sign in and back to this very place.
 * It runs before all loaders of its route and of the routes beneath.
 *
 * @throws {AuthError} To the route's error boundary: an earlier sign-in failed.
 */
export function authMiddleware(
  client: AuthClient<unknown>,
  options: RouteGuardOptions = {},
): (args: RouteArguments) => Promise<void> {
  return ({ request }) => requireRoute(client, request, options)
}

async function requireRoute(
  client: AuthClient<unknown>,
  request: Request,
  options: RouteGuardOptions,
): Promise<void> {
  const returnTo = options.returnTo?.(request) ?? deepLink(request.url)
  if ((await admit(client, returnTo, options, request.signal)) !== true) requireUser(client)
}

/** A request has no fragment; while a page loads, the address bar still shows the one that belongs to it. */
function deepLink(url: string): string {
  const { pathname, search } = new URL(url)
  const path = pathname + search
  return path + (globalThis.location?.href.split('#')[0] === url ? globalThis.location.hash : '')
}
