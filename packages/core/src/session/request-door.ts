/** What the request path needs of a client, and nothing more: it is given through a symbol, so that no token is a public property. */
import type { Resource } from './resource.js'
import type { StoredAccessToken } from './session-record.js'

/** The person a request was begun for: `iss` + `sub` (or the session, where there is no `sub`). */
export type RequestPin = string | undefined

/** What is wanted of the token of one key. */
export interface TokenWish {
  readonly key: string
  readonly resource?: string | undefined
  readonly scope?: string | undefined
  /** The token that was refused: any other, newer one will do. */
  readonly refused?: string | undefined
  /** What a refresh caused by this refusal writes into the token's `refusals`. */
  readonly refusals?: number
  /** Newer than the one held when the wish was made. */
  readonly forceRefresh?: boolean | undefined
  readonly minValidityMs?: number | undefined
}

export interface RequestDoor {
  /** What relative URLs resolve against. */
  baseUrl(): string
  /** Epoch ms. */
  now(): number
  readonly resources: readonly Resource[]
  readonly replay: 'all' | 'safe' | ((request: { url: string; method: string }) => boolean)
  /** The token in memory, if it can be sent now. Synchronous: no lock, no storage. */
  heldToken(key: string): StoredAccessToken | undefined
  /** The one path to a refresh. Rejects with an error of ours, or the signal's reason. */
  obtainToken(wish: TokenWish, signal: AbortSignal | undefined): Promise<StoredAccessToken>
  /** Now; '' = nobody, and nobody was. */
  pin(): RequestPin
  /** Whether the same person is still (or again) here, or may come back. */
  isPinned(pin: RequestPin): boolean
  /** Whether somebody is signed in or may turn out to be (restoring). */
  isSignedOut(): boolean
  /**
   * A place among the waiting requests; `leave` gives it back. Its signal fires with the given one's reason, or when the wait is too long.
   *
   * @throws {RefreshPostponedError} `queue-full`.
   */
  enterQueue(signal: AbortSignal | undefined): { readonly signal: AbortSignal; leave(): void }
  /** Waits until the user has signed in again, where the app wants that; else throws what it is given. */
  untilSignedIn(error: unknown, signal: AbortSignal | undefined): Promise<void>
  /** Tells the app what an API demands, and waits for a sign-in the app starts upon it. Resolves with whether it came about. */
  stepUp(demand: {
    readonly acrValues?: string
    readonly maxAgeSeconds?: number
    readonly scope?: string
  }): Promise<boolean>
  /** Authorization headers for this request: a Bearer token at once, a DPoP proof by promise. */
  authorize(
    token: StoredAccessToken,
    request: { readonly method: string; readonly url: URL },
  ): Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>
  /** Keeps a resource server's DPoP nonce (RFC 9449 §9). Returns whether it is a new one. */
  learnNonce(origin: string, nonce: string | null): boolean
  /** What this page has seen of paths and refusals (PROTOCOL rule 32). */
  readonly paths: PathMemory
  hint(message: string): void
}

/** Which paths ever succeeded, and which refused a token fresh from a refresh. */
export interface PathMemory {
  succeeded(path: string): void
  hasSucceeded(path: string): boolean
  refusedAfterRefresh(path: string, token: string): void
  hasRefusedAfterRefresh(path: string, token: string): boolean
}
