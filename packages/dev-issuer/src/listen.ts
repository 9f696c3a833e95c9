// Listens on the loopback addresses only, so that both localhost and 127.0.0.1 lead here.
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface LoopbackServer {
  port: number
  close(): Promise<void>
}

const attempts = 20

/**
 * Listens on 127.0.0.1 and, where there is IPv6, on ::1 at the same port.
 *
 * @param port 0 takes any port that is free on both.
 * @throws The system's error, with code `EADDRINUSE` if the port is taken.
 */
export async function listenOnLoopback(
  port: number,
  listener: RequestListener,
): Promise<LoopbackServer> {
  for (let attempt = 1; ; attempt += 1) {
    const first = await open('127.0.0.1', port, listener)
    const chosen = (first.address() as AddressInfo).port
    try {
      const second = await open('::1', chosen, listener)
      return { port: chosen, close: () => closeAll([first, second]) }
    } catch (error) {
      if (!isTaken(error)) return { port: chosen, close: () => closeAll([first]) }
      await closeAll([first])
      // A browser that asks for localhost may try ::1 first, and would reach a stranger there.
      if (port !== 0 || attempt === attempts) throw error
    }
  }
}

function open(host: string, port: number, listener: RequestListener): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(listener)
    server.once('error', reject)
    server.listen({ host, port, ipv6Only: true }, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}

async function closeAll(servers: Server[]): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    }),
  )
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}
