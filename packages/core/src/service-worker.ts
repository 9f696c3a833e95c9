/** Entry of its own, for service workers: a refresh that outlives its tab. Nothing in it is loaded later: a service worker cannot `import()`. */
import { workerEnvironment, type WorkerScope } from './environment/worker-environment.js'
import { serveRefreshes, type ServedClientOptions } from './flows/serve-refreshes.js'
import { assembleProtocol } from './protocol/assemble-protocol.js'
import * as secondChunk from './protocol/second-chunk.js'

export type { ServedClientOptions } from './flows/serve-refreshes.js'

/** What is used of a service worker's global scope. */
type RefreshWorkerScope = WorkerScope & {
  addEventListener(type: 'message', listener: (event: ServiceWorkerMessage) => void): void
}

type ServiceWorkerMessage = MessageEvent & { waitUntil(work: Promise<void>): void }

/**
 * Lets this service worker run the refreshes of pages whose client has `refreshIn: 'service-worker'`: one that was sent is finished and
 * stored although its last tab is closed. Call it at the top of the service worker's script. It handles no fetch events, accepts no URL from a
 * page, and keeps no token between events.
 *
 * @param options - Must be the same as the page's.
 * @param scope - The service worker's global scope.
 */
export function handleRefreshes(options: ServedClientOptions, scope: object = globalThis): void {
  const worker = scope as RefreshWorkerScope
  const server = serveRefreshes(options, workerEnvironment(worker), (config) =>
    assembleProtocol(config, () => Promise.resolve(secondChunk)),
  )
  worker.addEventListener('message', (event) => {
    const [port] = event.ports
    const served = server.serve(event.data, (what) => port?.postMessage(what))
    if (served) event.waitUntil(served)
  })
}
