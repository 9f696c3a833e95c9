/** Entry of its own, for service workers: a refresh that outlives its tab. Nothing in it is loaded later: a service worker cannot `import()`. */
import { workerEnvironment, type WorkerScope } from './environment/worker-environment.js'
import { serveRefreshes, type ServedClientOptions } from './flows/serve-refreshes.js'
import { createProtocol } from './protocol/index.js'

export type { ServedClientOptions } from './flows/serve-refreshes.js'

/** What is used of a service worker's global scope. */
export interface RefreshWorkerScope {
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
}

/**
 * Lets this service worker run the refreshes of pages whose client has `refreshIn: 'service-worker'`: one that was sent is finished and
 * stored although its last tab is closed. Call it at the top of the service worker's script. It handles no fetch events, accepts no URL from a
 * page, and keeps no token between events.
 *
 * @param options - Must be the same as the page's.
 */
export function handleRefreshes(
  options: ServedClientOptions,
  scope: RefreshWorkerScope = globalThis as unknown as RefreshWorkerScope,
): void {
  const server = serveRefreshes(
    options,
    workerEnvironment(scope as unknown as WorkerScope),
    createProtocol,
  )
  scope.addEventListener('message', (event) => {
    const [port] = event.ports
    const served = server.serve(event.data, (what) => port?.postMessage(what))
    if (served) (event as MessageEvent & { waitUntil(work: Promise<void>): void }).waitUntil(served)
  })
}
