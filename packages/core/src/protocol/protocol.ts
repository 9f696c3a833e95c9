/** The protocol layer as the flows see it: what is asked of the authorization server, in the RFCs' words. */
import type { AuthError, TokenEndpointError } from '../errors.js'
import type { Clock } from '../environment/environment.js'

/** What the protocol layer needs to know of the client. */
export interface ProtocolConfig {
  readonly issuer: string
  readonly clientId: string
  readonly metadata: Readonly<Record<string, unknown>> | undefined
  readonly allowedEndpointOrigins: readonly string[]
  readonly authorizationParams: Readonly<Record<string, string>>
  readonly tokenParams: Readonly<Record<string, string>>
  readonly clockToleranceMs: number
  readonly idTokenSigningAlgorithms: readonly string[] | undefined
  readonly dpop: 'off' | 'auto' | 'required'
  readonly par: boolean
  readonly fetch: typeof fetch
  readonly clock: Clock
  /** Where metadata and JWKS are kept between pages; each failure is swallowed by the caller's implementation. */
  readonly cache: MetadataCache
}

/** Metadata and keys with the moment they were fetched. Not secret, not trusted: checked again on every read. */
export interface CachedMetadata {
  readonly metadata?: unknown
  /** Epoch ms. */
  readonly metadataAt?: number
  readonly jwks?: unknown
  /** Epoch ms. */
  readonly jwksAt?: number
}

export interface MetadataCache {
  read(): Promise<unknown>
  write(cached: CachedMetadata): Promise<void>
}

/** A pending authorization request: stored before leaving, taken out once when the response comes. Contains secrets. */
export interface PendingRequest {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly redirectUri: string
  readonly issuer: string
  readonly clientId: string
  readonly scope: string
  /** Epoch ms. */
  readonly createdAt: number
  readonly display: 'redirect' | 'popup' | 'silent'
  readonly returnTo?: string
  readonly maxAgeSeconds?: number
  readonly acrValues?: string
  readonly dpopKey?: CryptoKeyPair
}

export interface AuthorizationRequestInput {
  /** What `state` begins with, so that a page knows its own responses. */
  readonly statePrefix: string
  readonly redirectUri: string
  readonly scope: string
  /** RFC 8707 resource indicators of all configured resources. */
  readonly resources: readonly string[]
  readonly display: 'redirect' | 'popup' | 'silent'
  readonly returnTo?: string
  readonly prompt?: string
  readonly loginHint?: string
  readonly acrValues?: string
  readonly maxAgeSeconds?: number
  readonly uiLocales?: string
  readonly idTokenHint?: string
}

export interface AuthorizationRequest {
  /** Where to send the user. */
  readonly url: string
  /** What to store first. */
  readonly pending: PendingRequest
}

declare const validated: unique symbol

/** An authorization response that passed every check; only such a one can be exchanged. */
export interface ValidatedAuthorizationResponse {
  readonly [validated]: true
}

/** The ID token's claims, all of them, after validation. */
export type IdTokenClaims = Readonly<Record<string, unknown>> & { readonly sub: string }

/** A token response, parsed. */
export interface TokenSet {
  readonly accessToken: string
  readonly tokenType: 'Bearer' | 'DPoP'
  /** Wall clock at the start of the token request, epoch ms. */
  readonly startedAt: number
  /** Life counted from `startedAt`, in ms, 0…90 days; 0 = the server did not say (or said 0): use it until a 401. */
  readonly lifetimeMs: number
  /** The scope granted; `undefined` = as requested. */
  readonly scope: string | undefined
  readonly refreshToken: string | undefined
  readonly idToken: string | undefined
  /** Validated claims; `undefined` = no ID token came, or (on refresh only) its signature cannot be checked now. */
  readonly claims: IdTokenClaims | undefined
}

export interface RefreshGrantInput {
  readonly refreshToken: string
  /** RFC 8707. */
  readonly resource?: string
  readonly scope?: string
  /** Claims of the session's ID token, for continuity (OpenID Connect Core §12.2). */
  readonly claims: IdTokenClaims | undefined
  readonly dpopKey?: CryptoKeyPair
  readonly signal: AbortSignal
}

/** How an attempt to refresh came out, by PROTOCOL rule 17. No outcome throws. */
export type RefreshOutcome =
  | { readonly kind: 'granted'; readonly tokens: TokenSet }
  /** HTTP 400/401, JSON, `invalid_grant` (or another final refusal). */
  | { readonly kind: 'refused'; readonly error: TokenEndpointError }
  /** `invalid_client`, `unauthorized_client`, `unsupported_grant_type`, `invalid_scope`, `invalid_target`. */
  | { readonly kind: 'configuration'; readonly error: TokenEndpointError }
  /** 408, 425, 429, 503, other 4xx: the grant was not executed. */
  | {
      readonly kind: 'not-executed'
      readonly error: AuthError
      readonly retryAfterMs: number | undefined
      readonly reason: 'throttled' | 'server-error'
      /**
       * It is no OAuth refusal, but JSON that speaks of an expired, revoked or unknown token, and asking again will hardly change that.
       * One such answer ends nothing; several in a row are to be taken for a refusal, so that nobody is stuck for ever.
       */
      readonly looksRefused: boolean
    }
  /** Network, time-out, cut or nonsense 200, 500, 502, 504: the refresh token may be spent. */
  | {
      readonly kind: 'unknown'
      readonly error: AuthError
      readonly reason: 'offline' | 'timeout' | 'server-error' | 'invalid-response'
    }
  /** The ID token that came is definitely wrong: nothing may be stored. */
  | { readonly kind: 'invalid'; readonly error: AuthError }
  /** Tokens for another subject or from another issuer came: the session ends, the new refresh token is revoked. */
  | {
      readonly kind: 'wrong-subject'
      readonly error: AuthError
      readonly refreshToken: string | undefined
    }

export interface EndSessionInput {
  readonly idToken?: string
  readonly postLogoutRedirectUri?: string
}

export interface ProofInput {
  readonly key: CryptoKeyPair
  /** The request's method. */
  readonly method: string
  readonly url: string
  readonly accessToken: string
  readonly nonce: string | undefined
}

/** One per client and page. Every method throws errors of ours only, never with a secret in them or in their cause. */
export interface Protocol {
  /**
   * Has metadata and JWKS at hand, fetched anew if older than 10 minutes (metadata: 24 hours).
   *
   * @throws {SignInFailedError} `discovery-failed`, `issuer-mismatch`, `unsafe-endpoint`, `pkce-unsupported`: definitely wrong.
   * @throws {SignInFailedError} `issuer-unreachable`: temporary, and no usable copy is cached.
   */
  prepare(): Promise<void>
  /** Builds the request (S256, state, nonce always), by PAR where required or asked for. RFC 6749 §4.1.1, RFC 7636, RFC 9126. */
  buildAuthorizationRequest(input: AuthorizationRequestInput): Promise<AuthorizationRequest>
  /**
   * Checks state, `iss` (RFC 9207), repeated and foreign parameters, and the server's own refusal.
   *
   * @throws {SignInFailedError}
   */
  validateAuthorizationResponse(
    parameters: URLSearchParams,
    pending: PendingRequest,
  ): Promise<ValidatedAuthorizationResponse>
  /**
   * Redeems the code and validates the ID token with its signature, `nonce`, `max_age` and `acr`. RFC 6749 §4.1.3, OpenID Connect Core §3.1.3.
   * The JWKS is fetched beside the token request, so that one round trip is enough.
   *
   * @throws {SignInFailedError} The response fails a check; `issuer-unreachable`: no answer, or no keys to check it with.
   * @throws {TokenEndpointError} The server refused the code.
   * @throws {InvalidTokenResponseError}
   */
  authorizationCodeGrant(
    response: ValidatedAuthorizationResponse,
    pending: PendingRequest,
  ): Promise<TokenSet>
  /**
   * RFC 6749 §6. Never throws. Loads nothing before it sends: call `prepare()` first.
   *
   * A proof key that is missing where DPoP is required, or cannot sign, is `not-executed` with the error code `proof-key-lost`.
   */
  refreshTokenGrant(input: RefreshGrantInput): Promise<RefreshOutcome>
  /** RFC 7009, best effort: never throws. */
  revoke(
    refreshToken: string,
    dpopKey: CryptoKeyPair | undefined,
    signal: AbortSignal,
  ): Promise<void>
  /** Where RP-Initiated Logout goes; `undefined` = the provider has no such endpoint. */
  endSessionUrl(input: EndSessionInput): Promise<string | undefined>
  /**
   * OpenID Connect Core §5.3, `sub` compared. JSON only: a signed answer is for clients that register for it.
   *
   * @throws {AuthError} `userinfo`
   */
  userInfo(
    accessToken: string,
    subject: string,
    dpopKey: CryptoKeyPair | undefined,
  ): Promise<Readonly<Record<string, unknown>>>
  /**
   * A DPoP proof for a request to a resource server (RFC 9449 §4, §7).
   *
   * @throws {AuthError} `proof-key-lost`: the key cannot sign.
   */
  proof(input: ProofInput): Promise<string>
}

export type CreateProtocol = (config: ProtocolConfig) => Protocol
