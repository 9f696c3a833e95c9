// An HTTP server on this machine only, reachable as `localhost` whichever address that name is resolved to.
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export class PortTakenError extends Error {
  readonly port: number

  constructor(port: number, purpose: string) {
    super(`Port ${port}, wanted for ${purpose}, is taken.`)
    this.port = port
  }

  override get name(): string {
    return 'PortTakenError'
  }
}

export interface LoopbackServer {
  readonly port: number
  readonly origin: string
  /** Takes the requests; set once there is something to answer with. */
  handle(listener: RequestListener): void
  /** For what must attach to a Node server (upgrades to WebSocket). */
  readonly server: Server
  close(): Promise<void>
}

export interface ListenOptions {
  /** 0: any free port. */
  readonly port: number
  /** What it is for, as the message about a taken port says it. */
  readonly purpose: string
  /** Takes any free port when the wanted one is taken. Default `false`. */
  readonly orAnyPort?: boolean
}

/** @throws {PortTakenError} */
export async function listenOnLoopback(options: ListenOptions): Promise<LoopbackServer> {
  const { port, purpose, orAnyPort = false } = options
  try {
    return await listenOnBoth(port)
  } catch (error) {
    if (!isCode(error, 'EADDRINUSE')) throw error
    if (!orAnyPort && port !== 0) throw new PortTakenError(port, purpose)
    return listenOnLoopback({ port: 0, purpose })
  }
}

/** Both addresses of `localhost`: on one of them alone, another server could be met under the same name and port. */
async function listenOnBoth(wantedPort: number): Promise<LoopbackServer> {
  const server = createServer()
  await listen(server, wantedPort, '127.0.0.1')
  const { port } = server.address() as AddressInfo
  const twin = createServer((request, response) => server.emit('request', request, response))
  twin.on('upgrade', (...upgrade) => server.emit('upgrade', ...upgrade))
  try {
    await listen(twin, port, '::1')
  } catch (error) {
    // A machine without IPv6 has one address only.
    if (!isCode(error, 'EADDRNOTAVAIL') && !isCode(error, 'EAFNOSUPPORT')) {
      await close(server)
      throw error
    }
  }
  return {
    port,
    origin: `http://localhost:${port}`,
    server,
    handle: (listener) => server.on('request', listener),
    close: async () => {
      await Promise.all([close(server), close(twin)])
    },
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // The browser keeps its connections open: without this, closing waits for it.
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
