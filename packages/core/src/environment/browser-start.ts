import { promisifyRequest } from 'idb-keyval'
import { browserClock } from './browser-clock.js'
import type { StartEnvironment } from './environment.js'
import { indexedDbConnection } from './indexeddb-connection.js'
import { pageAddress } from './page-address.js'

type StartScope = Window & typeof globalThis

/** What a page needs of this browser before its first screen; the rest is a chunk of its own. */
export function browserStart(
  scope: StartScope,
  storage: 'indexeddb' | 'memory' | undefined,
  fetchOption: typeof fetch | undefined,
): StartEnvironment {
  const clock = browserClock(scope)
  // taken now: a script that comes later cannot put itself in between
  const send = fetchOption ?? scope.fetch
  const connection =
    storage === 'memory'
      ? undefined
      : indexedDbConnection({
          clock,
          get indexedDB() {
            return scope.indexedDB
          },
        })
  return {
    clock,
    page: pageAddress(scope),
    read: (key) =>
      // idb-keyval's own `get` would bring its default store along
      connection
        ? connection.use('readonly', (store) => promisifyRequest(store.get(key)))
        : Promise.resolve(),
    openPopup: () => scope.open('about:blank', '_blank', 'popup,width=480,height=640'),
    onSleep(callback) {
      const undo = new AbortController()
      scope.addEventListener('pagehide', callback, undo)
      scope.document.addEventListener('freeze', callback, undo)
      return () => undo.abort()
    },
    complete: () =>
      import('./browser-environment.js').then(({ browserEnvironment }) =>
        browserEnvironment({
          // called without `this`: a browser's fetch refuses any but its own window
          fetch: (input, init) => send(input, init),
          clock,
          connection,
          scope,
        }),
      ),
  }
}

/** Whether there is a page here: neither a server nor a worker. */
export function isBrowser(): boolean {
  return typeof window === 'object' && typeof document === 'object'
}
