/** What a service worker gives us: the store, the locks and the channel of its origin, and no page. */
import { broadcastChannel, type ChannelScope } from './broadcast-channel.js'
import { browserClock, type ClockScope } from './browser-clock.js'
import type { Environment, Page } from './environment.js'
import { indexedDbConnection } from './indexeddb-connection.js'
import { indexedDbStore } from './indexeddb-store.js'
import { randomId } from './random-id.js'
import { webLocks, type LocksScope } from './web-locks.js'

export type WorkerScope = ClockScope &
  ChannelScope &
  LocksScope &
  Pick<typeof globalThis, 'crypto' | 'fetch' | 'indexedDB'>

export function workerEnvironment(scope: WorkerScope): Environment {
  const clock = browserClock(scope)
  const connection = indexedDbConnection({
    clock,
    get indexedDB() {
      return scope.indexedDB
    },
  })
  return {
    clock,
    fetch: (input, init) => scope.fetch(input, init),
    store: indexedDbStore(connection),
    locks: webLocks(scope),
    openChannel: (name) => broadcastChannel(scope, name),
    page: noPage,
    windows: {
      openHiddenFrame: () => () => {},
      isFramed: () => false,
      hasFocus: () => false,
      closeSelf() {},
    },
    serviceWorker: { ask: () => Promise.resolve(undefined) },
    randomId: () => randomId(scope.crypto),
    random: () => Math.random(),
  }
}

/** A worker has no page life: it is awake while it runs, and nobody looks at it. */
const noPage: Page = {
  url: () => '',
  baseUrl: () => '',
  replaceUrl() {},
  leaveFor() {},
  isVisible: () => false,
  isOnline: () => true,
  hasUserGesture: () => false,
  onMoment: () => () => {},
  onActivity: () => () => {},
  readMarker: () => null,
  writeMarker() {},
  readTabNote: () => null,
  writeTabNote: () => false,
}
