/** The public face of the client: its methods, its options, with units and defaults. */
import type { AuthEventListener, AuthEventType } from './session/event.js'
import type { RequestDoor } from './session/request-door.js'
import type { ResourceOptions } from './session/resource.js'
import type { AuthState, UserClaims } from './session/state.js'
import type { ClaimsSchema } from './session/user-claims.js'

/** One name for all copies of this library: an interceptor of one copy can serve a client of another. */
export const requestDoor: unique symbol = Symbol.for('latchkey.request-door.1')

/** @typeParam User - The type of `state.user`; by default OpenID Connect's standard claims. */
export interface AuthClient<User = UserClaims> {
  /** The current snapshot: immutable, and the same object until something changed. */
  readonly state: AuthState<User>
  /** Calls the listener after each change of `state`. Returns the undo. */
  subscribe(listener: () => void): () => void
  /** Settles when the stored session is restored, or the callback in the URL is handled. Never rejects. */
  readonly ready: Promise<void>
  /**
   * Sends the user to the authorization server to sign in (authorization code + PKCE, RFC 6749 §4.1, RFC 7636).
   * With `display: 'redirect'` the page is left and the promise stays pending; with `'popup'` it settles when the user is back.
   *
   * @throws {SignInFailedError} The sign-in did not come about; `code` says why.
   * @throws {UnsupportedEnvironmentError} No working storage to come back to, or no secure context.
   */
  signIn(options?: SignInOptions): Promise<void>
  /**
   * A valid access token, refreshed first if need be. A valid one is given at once, without lock, storage or network.
   *
   * @throws {SignInRequiredError} Nobody is signed in.
   * @throws {SessionEndedError} The session is over.
   * @throws {RefreshPostponedError} Temporary: offline, a time-out, a 5xx, a 429; the session is kept.
   */
  getAccessToken(options?: AccessTokenOptions): Promise<string>
  /**
   * Claims from the UserInfo endpoint, checked to be about the signed-in user (OpenID Connect Core §5.3).
   *
   * @throws {AuthError} `userinfo`: no such endpoint, no usable answer, or an answer about somebody else.
   */
  fetchUserInfo(): Promise<UserClaims>
  /** Signs out here and in all tabs, then (by default) revokes the refresh token and ends the session at the authorization server. */
  signOut(options?: SignOutOptions): Promise<void>
  /** Listens to facts. Returns the undo. */
  on<Type extends AuthEventType>(type: Type, listener: AuthEventListener<Type>): () => void
  /** Tells that the user is active, as clicks and keys do by themselves; only of use with `idleTimeoutMs`. */
  reportActivity(): void
  /** The door for `requestProtectedResource`; nothing for apps. */
  readonly [requestDoor]: RequestDoor
  /** Lets go of timers, channel and listeners. A refresh that was sent still commits. Safe to call twice. */
  dispose(): void
}

/** Which requests may be sent a second time after a 401. `safe`: GET, HEAD, OPTIONS (RFC 9110 §9.2.1). */
export type ReplayPolicy =
  'all' | 'safe' | ((request: { readonly url: string; readonly method: string }) => boolean)

/** What one request asks of the client. `false`: leave it alone. */
export type RequestAccess = false | RequestAccessOptions

export interface RequestAccessOptions {
  /** The name of a configured resource; default: the one whose URL matches. The request's URL must still be listed. */
  readonly resource?: string
  /** Scopes this request needs; default: the resource's. */
  readonly scope?: string
  /** `false`: send it bare while nobody is signed in. */
  readonly required?: boolean
  /** Whether it may be sent a second time after a 401; default: the client's `replay`. */
  readonly replay?: boolean
}

/** Receives development hints and warnings; never a secret. Default: `console.warn` for warnings, nothing else. */
export interface Logger {
  debug?(message: string): void
  warn(message: string): void
}

export interface AuthClientOptions<User = UserClaims> {
  /** The authorization server's issuer identifier, exactly as it publishes it. `https:`, or `http:` on loopback. */
  readonly issuer: string
  readonly clientId: string
  /** Registered redirect URI, resolved against the page's origin. No fragment. */
  readonly redirectUri: string
  /** Default `'openid profile offline_access'`. */
  readonly scope?: string
  /** The URLs that get a token, and no others do. Default: none. */
  readonly resources?: readonly ResourceOptions[]
  /** Tells several clients of one issuer and client id on one origin apart. Default `''`. */
  readonly name?: string
  /** Extra parameters of the authorization request (Auth0's `audience` …). */
  readonly authorizationParams?: Readonly<Record<string, string>>
  /** Extra parameters of each token request. */
  readonly tokenParams?: Readonly<Record<string, string>>
  /** Authorization server metadata (RFC 8414), given instead of discovered. */
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Origins other than the issuer's that its endpoints may be on when they come from the cache. */
  readonly allowedEndpointOrigins?: readonly string[]
  /** The `fetch` for talking to the authorization server. Default: the global one, taken when the client is created. */
  readonly fetch?: typeof fetch
  readonly logger?: Logger
  /** Enters a `returnTo`; give your router's. Default: `history.replaceState`. */
  readonly navigate?: (path: string) => void
  /** Registered URI to come back to after sign-out, resolved against the page's origin. Default: none sent. */
  readonly postLogoutRedirectUri?: string
  /** Default `'indexeddb'`; `'memory'`: no token outlives the page, and each tab signs in for itself, by a redirect. */
  readonly storage?: 'indexeddb' | 'memory'
  /** Refresh shortly before expiry while a tab is visible. Default `true`. */
  readonly proactiveRefresh?: boolean
  /** Try `prompt=none` in a hidden iframe before a session is declared over. Default `false`. */
  readonly silentReauthentication?: boolean
  /** Where a refresh runs. `'service-worker'` outlives a closed tab: docs/service-worker.md. Default `'page'`. */
  readonly refreshIn?: 'page' | 'service-worker'
  /** When the session ends, keep requests waiting until the user has signed in again. Default `false`. */
  readonly parkUntilSignedIn?: boolean
  /** Bounds of the requests that wait. Default 1000 requests; 30 000 ms, or 10 minutes while parked for a sign-in. */
  readonly queue?: { readonly maxLength?: number; readonly maxWaitMs?: number }
  /** Which methods may be sent again after a 401. Default `'all'`: a 401 means "not executed". */
  readonly replay?: ReplayPolicy
  /** Sender-constrained tokens (RFC 9449). `'auto'`: if the authorization server supports them. Default `'off'`. */
  readonly dpop?: 'off' | 'auto' | 'required'
  /** Pushed authorization requests (RFC 9126): `true` asks for them; they are used anyway when the metadata requires it. */
  readonly par?: boolean
  /** How far ID token times may be off this device's clock, in ms. Default 600 000 (10 minutes). */
  readonly clockToleranceMs?: number
  /** Accepted ID token signature algorithms. Default: RS256, PS256, ES256, EdDSA … as far as the metadata lists them; never `none` or HMAC. */
  readonly idTokenSigningAlgorithms?: readonly string[]
  /** Signs the user out in all tabs after this long without input, in ms. Default: never. */
  readonly idleTimeoutMs?: number
  /** How long before that `idle-warning` is told, in ms. Default 60 000. */
  readonly idleWarningMs?: number
  /** Checks and types the user's claims. A refusal fails the sign-in. */
  readonly claimsSchema?: ClaimsSchema<User>
}

export interface SignInOptions {
  /** Where in the app to continue: a path with query and hash. Default: the current one. */
  readonly returnTo?: string
  /** Default `'redirect'`. `'popup'` keeps the page; call it in the click itself. */
  readonly display?: 'redirect' | 'popup'
  readonly prompt?: string
  readonly loginHint?: string
  /** Requested authentication context, separated by spaces; the answer is checked against it. */
  readonly acrValues?: string
  /** Maximum age of the authentication, in s; the answer is checked against it. */
  readonly maxAgeSeconds?: number
  readonly uiLocales?: string
  /** Scopes to ask for; default: the client's. */
  readonly scope?: string
  /** Ends the waiting for a popup. */
  readonly signal?: AbortSignal
}

export interface AccessTokenOptions {
  /** Name of a configured resource. Default: the token of the sign-in. */
  readonly resource?: string
  /** Scopes the token must have, separated by spaces. Default: the resource's. */
  readonly scope?: string
  /** How long the token must still be valid, in ms; at most half its life. */
  readonly minValidityMs?: number
  /** An API has just refused this token: any other, newer one is given, refreshed only if there is none. */
  readonly refused?: string
  /** Ask for a newer token than the one held now. Joins a refresh that is running. */
  readonly forceRefresh?: boolean
  /** Ends this caller's waiting, not the refresh. */
  readonly signal?: AbortSignal
}

export interface SignOutOptions {
  /** Revoke the refresh token (RFC 7009). Default `true`. */
  readonly revoke?: boolean
  /** End the session at the authorization server too (RP-Initiated Logout); leaves the page. Default `true`. */
  readonly endSession?: boolean
  /** Path in the app to continue at if the page is not left. */
  readonly returnTo?: string
}
