/** What a browser gives us, as narrow interfaces. Flows take the few they need; nobody else touches a global. */

export interface Clock {
  /** Wall clock, epoch ms. */
  now(): number
  /** Ms since some moment; never set back. */
  monotonic(): number
  /** Calls back once after the delay in ms (at most an hour: see `long-timer.ts`). Returns the undo. */
  setTimer(callback: () => void, delayMs: number): () => void
}

/** What one transaction writes, and what its caller is told. Without `put` and `remove` nothing is written. */
export interface Decision<Result> {
  readonly put?: unknown
  readonly remove?: true
  readonly result: Result
}

/** A key-value store shared by all tabs of the origin. Every operation is bounded in time. */
export interface RecordStore {
  /** @throws {StorageError} After a retry on a new connection. */
  read(key: string): Promise<unknown>
  /**
   * One read-write transaction, durable before it resolves: reads, decides, puts. `decide` runs inside the transaction, so it is synchronous
   * and may run again on the retry; a transaction that timed out may still land.
   *
   * @throws {StorageError} After a retry on a new connection.
   */
  update<Result>(key: string, decide: (stored: unknown) => Decision<Result>): Promise<Result>
  /** Lets go of the connection; the next use opens a new one. */
  close(): void
}

/** Web Locks (https://w3c.github.io/web-locks/). Absent on old browsers: then `available` is false and nothing may be called. */
export interface TabLocks {
  /** `false` also once the browser has refused one to this page. */
  readonly available: boolean
  /**
   * Waits for the lock and holds it while `work` runs. Never steals.
   *
   * @throws The signal's reason, if it fires while waiting.
   */
  request<Result>(name: string, signal: AbortSignal, work: () => Promise<Result>): Promise<Result>
  /** Takes a lock nobody else asks for; resolves, once it is held, with its release. */
  hold(name: string): Promise<() => void>
  /** Whether any tab holds it now. */
  isHeld(name: string): Promise<boolean>
  /** The locks held now, by any tab, whose names begin like this. */
  heldNames(prefix: string): Promise<string[]>
}

/** Messages between tabs: hints only, never a token, never believed. */
export interface TabChannel {
  post(message: unknown): void
  /** Opens the channel. The listener also hears, as `undefined`, that a message could not be read (`messageerror`). */
  open(listener: (message: unknown) => void): void
  /** Closes it (an open channel keeps a page out of the back/forward cache); `open` opens it again. */
  close(): void
}

/** Moments in the life of a page (https://developer.chrome.com/docs/web-platform/page-lifecycle-api). */
export type PageMoment =
  'hidden' | 'visible' | 'freeze' | 'resume' | 'pagehide' | 'pageshow' | 'online' | 'offline'

export interface Page {
  /** The address now. */
  url(): string
  /** What relative URLs resolve against. */
  baseUrl(): string
  /** Replaces the address without a navigation, keeping `history.state`. */
  replaceUrl(url: string): void
  /** Leaves the page. */
  leaveFor(url: string): void
  isVisible(): boolean
  /** `false` only when the browser is sure. */
  isOnline(): boolean
  /** Whether the user has just clicked or typed (transient activation). */
  hasUserGesture(): boolean
  onMoment(listener: (moment: PageMoment) => void): () => void
  /** Input of the user: pointer, keys, wheel. Returns the undo. */
  onActivity(listener: () => void): () => void
  /** localStorage, for the one non-secret marker; `null` when absent or blocked. */
  readMarker(key: string): string | null
  /** Best effort. */
  writeMarker(key: string, value: string): void
  /** sessionStorage, for the loop breaker; `null` when absent or blocked. */
  readTabNote(key: string): string | null
  /** Returns whether it could be written. */
  writeTabNote(key: string, value: string | null): boolean
}

/** A window this page has opened, as the browser gives it. */
export interface PopupWindow {
  /** A window whose page has COOP is said to be closed while it is open. */
  readonly closed: boolean
  /** Reading `href` throws while the page of another origin is in it. */
  readonly location: { readonly href: string; replace(url: string): void }
  close(): void
}

/** Windows beside the page. */
export interface Windows {
  /** Returns what removes it. */
  openHiddenFrame(url: string): () => void
  /** Whether this page is in a frame. */
  isFramed(): boolean
  /** Whether the user is in this page, not in a window beside it. */
  hasFocus(): boolean
  closeSelf(): void
}

/** The page's own service worker. */
export interface ServiceWorkerLink {
  /** Its first answer; `undefined` = there is none, or none came before the signal fired. */
  ask(message: unknown, signal: AbortSignal): Promise<unknown>
}

export interface Environment {
  readonly windows: Windows
  readonly serviceWorker: ServiceWorkerLink
  readonly clock: Clock
  readonly fetch: typeof fetch
  readonly store: RecordStore
  readonly locks: TabLocks
  openChannel(name: string): TabChannel
  readonly page: Page
  /** 128 random bits or more, URL-safe. */
  randomId(): string
  /** In [0, 1): for jitter, nothing else. */
  random(): number
}

/** What a page needs before its first screen: the rest is loaded when it is first needed. */
export interface StartEnvironment {
  readonly clock: Clock
  readonly page: Pick<Page, 'url' | 'baseUrl' | 'replaceUrl' | 'readMarker'>
  /** One bounded look into the store; no retry. */
  read(key: string): Promise<unknown>
  /** Must be called in the click itself, before anything is awaited. `null`: blocked. */
  openPopup(): PopupWindow | null
  /** Calls back on `pagehide` and `freeze`: what is held in memory may be old afterwards. Returns the undo. */
  onSleep(callback: () => void): () => void
  /** Everything. */
  complete(): Promise<Environment>
}
