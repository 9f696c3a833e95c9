import type { ServiceWorkerLink } from './environment.js'

export type ServiceWorkerScope = Pick<typeof globalThis, 'MessageChannel'> & {
  readonly navigator: Pick<Navigator, 'serviceWorker'>
}

/** The service worker of this page, if it has one: the one that controls it, or else the one in charge of its address. */
export function browserServiceWorker(scope: ServiceWorkerScope): ServiceWorkerLink {
  return {
    async ask(message, signal) {
      // absent without a secure context
      const workers = scope.navigator.serviceWorker as ServiceWorkerContainer | undefined
      const worker = workers?.controller ?? (await workers?.getRegistration())?.active
      if (!worker || signal.aborted) return undefined
      const { port1, port2 } = new scope.MessageChannel()
      return new Promise((resolve) => {
        const settle = (answer?: unknown) => {
          port1.close()
          resolve(answer)
        }
        port1.onmessage = ({ data }) => settle(data)
        signal.addEventListener('abort', () => settle())
        worker.postMessage(message, [port2])
      })
    },
  }
}
