import { broadcastChannel, type ChannelScope } from './broadcast-channel.js'
import { browserClock, type ClockScope } from './browser-clock.js'
import { browserPage, type PageScope } from './browser-page.js'
import type { Environment } from './environment.js'
import { openIndexedDbStore } from './indexeddb-store.js'
import { memoryStore } from './memory-store.js'
import { type LocksScope, webLocks } from './web-locks.js'

export interface BrowserEnvironmentOptions {
  /** Default: the scope's own, looked up at each request. */
  readonly fetch?: typeof fetch | undefined
  readonly storage: 'indexeddb' | 'memory'
  /** The global object. Nothing of it is touched before it is needed. */
  readonly scope: BrowserScope
}

export type BrowserScope = ClockScope &
  PageScope &
  ChannelScope &
  LocksScope &
  Pick<typeof globalThis, 'crypto' | 'fetch' | 'indexedDB'>

/** What this browser gives us. */
export function browserEnvironment(options: BrowserEnvironmentOptions): Environment {
  const { scope } = options
  const clock = browserClock(scope)
  return {
    clock,
    // Called without `this`: a browser's fetch refuses any but its own window.
    fetch: (input, init) => (options.fetch ?? scope.fetch)(input, init),
    store:
      options.storage === 'memory'
        ? memoryStore()
        : openIndexedDbStore({
            clock,
            get indexedDB() {
              return scope.indexedDB
            },
          }),
    locks: webLocks(scope),
    openChannel: (name) => broadcastChannel(scope, name),
    page: browserPage(scope),
    // 160 bits.
    randomId: () =>
      Array.from(scope.crypto.getRandomValues(new Uint32Array(5)), (part) =>
        part.toString(36),
      ).join(''),
  }
}

/** Whether there is a page here: neither a server nor a worker. */
export function isBrowser(): boolean {
  return typeof window === 'object' && typeof document === 'object'
}
