/** What the request path needs of a client, and nothing more: it is given through a symbol, so that no token is a public property. */
import type { Resource } from './resource.js'
import type { StoredAccessToken } from './session-record.js'

/** The person a request was begun for: `iss` + `sub` (or the session, where there is no `sub`). `undefined` = nobody yet. */
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

/** What an API wants of the sign-in (RFC 9470 §3, RFC 6750 §3.1). */
export interface StepUpDemand {
  /** Separated by spaces. */
  readonly acrValues?: string
  readonly maxAgeSeconds?: number
  /** Separated by spaces. */
  readonly scope?: string
}

/** What the happy path of a request needs: no lock, no storage, no promise. */
export interface RequestDoor {
  readonly resources: readonly Resource[]
  /** What relative URLs resolve against. */
  baseUrl(): string
  /** The token in memory, if it can be sent now. */
  heldToken(key: string): StoredAccessToken | undefined
  pin(): RequestPin
  /** Whether the same person is still (or again) here, or may come back. */
  isPinned(pin: RequestPin): boolean
  /** Paths that have answered with something other than a refusal, the last hundred of them. */
  readonly goodPaths: Set<string>
  /** Everything else, loaded when it is first needed. */
  requests(): Promise<RequestKeeper>
}

/** What a request needs that cannot be sent at once, or was refused. */
export interface RequestKeeper {
  readonly replay: 'all' | 'safe' | ((request: { url: string; method: string }) => boolean)
  /** Epoch ms. */
  now(): number
  /** Whether nobody is signed in, for certain: waits until the session is restored. @throws The signal's reason. */
  isSignedOut(signal: AbortSignal | undefined): Promise<boolean>
  /** The one path to a refresh. Rejects with an error of ours, or the signal's reason. */
  obtainToken(wish: TokenWish, signal: AbortSignal | undefined): Promise<StoredAccessToken>
  /**
   * A place among the waiting requests; `leave` gives it back. Its signal fires with the given one's reason, or when the wait is too long.
   *
   * @param isForUser - The wait is for a person, who takes longer than a server.
   * @throws {RefreshPostponedError} `queue-full`.
   */
  enterQueue(
    signal: AbortSignal | undefined,
    isForUser?: boolean,
  ): { readonly signal: AbortSignal; leave(): void }
  /** Waits until the user has signed in again, where the app wants that; else throws what it is given. */
  untilSignedIn(error: Error, signal: AbortSignal): Promise<void>
  /** Tells the app what an API demands, and waits for what the app does upon it. Resolves with whether it came about. @throws The signal's reason. */
  stepUp(demand: StepUpDemand, signal: AbortSignal): Promise<boolean>
  /** Authorization headers with a DPoP proof for this request. */
  prove(
    token: StoredAccessToken,
    method: string,
    url: URL,
  ): Promise<Readonly<Record<string, string>>>
  /** Keeps a resource server's DPoP nonce (RFC 9449 §9), if there is one. Returns whether it is a new one. */
  learnNonce(origin: string, nonce: string | null): boolean
  /** Remembers that this path refused a token fresh from a refresh (PROTOCOL rule 32). */
  refuse(path: string, token: string): void
  hasRefused(path: string, token: string): boolean
  /** A development hint, told once. */
  hint(message: string): void
}
