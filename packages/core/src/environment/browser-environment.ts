import { broadcastChannel, type ChannelScope } from './broadcast-channel.js'
import { browserPage, type PageScope } from './browser-page.js'
import { browserServiceWorker, type ServiceWorkerScope } from './browser-service-worker.js'
import { browserWindows, type WindowScope } from './browser-windows.js'
import type { Clock, Environment } from './environment.js'
import { indexedDbConnection, type IndexedDbConnection } from './indexeddb-connection.js'
import { indexedDbStore } from './indexeddb-store.js'
import { memoryModeStore } from './memory-mode-store.js'
import { randomId } from './random-id.js'
import { type LocksScope, webLocks } from './web-locks.js'

export interface BrowserEnvironmentOptions {
  readonly clock: Clock
  readonly fetch: typeof fetch
  /** Absent: the session stays in this page's memory. */
  readonly connection: IndexedDbConnection | undefined
  /** The global object. Nothing of it is touched before it is needed. */
  readonly scope: BrowserScope
}

export type BrowserScope = PageScope &
  ChannelScope &
  LocksScope &
  WindowScope &
  ServiceWorkerScope &
  Pick<typeof globalThis, 'crypto' | 'indexedDB'>

/** What this browser gives us. */
export function browserEnvironment(options: BrowserEnvironmentOptions): Environment {
  const { scope, clock, fetch, connection } = options
  return {
    clock,
    fetch,
    store: connection
      ? indexedDbStore(connection)
      : memoryModeStore(indexedDbStore(connectionOf(scope, clock))),
    locks: webLocks(scope),
    openChannel: (name) => broadcastChannel(scope, name),
    page: browserPage(scope),
    windows: browserWindows(scope),
    serviceWorker: browserServiceWorker(scope),
    randomId: () => randomId(scope.crypto),
    random: () => Math.random(),
  }
}

function connectionOf(scope: BrowserScope, clock: Clock): IndexedDbConnection {
  return indexedDbConnection({
    clock,
    get indexedDB() {
      return scope.indexedDB
    },
  })
}
