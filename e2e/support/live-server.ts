// Three live ends of one API: a WebSocket, an event stream behind tickets, and a stream for fetch. Logs which token each had.
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { DevIssuer } from '@latchkey/dev-issuer'
import type { FeedKind } from '../pages/harness/feed-driver.js'
import { acceptWebSockets } from '../recipes/testing/live-api.js'
import { allowAnyOrigin, fingerprintOf, readBody, refusal } from './resource-server.js'

export interface FeedEvent {
  readonly kind: FeedKind
  /** `told` = a further token came on an open connection; `closed` = none of this kind is open any more. */
  readonly what: 'opened' | 'told' | 'closed' | 'refused'
  /** Of the token it came with. */
  readonly fingerprint?: string
}

export interface LiveServer {
  readonly origin: string
  readonly log: readonly FeedEvent[]
  /** Sends a note to whoever is connected. */
  send(note: string): void
  /** Breaks all connections. */
  cut(): void
  close(): Promise<void>
}

interface Connection {
  readonly kind: FeedKind
  send(note: string): void
  close(): void
}

export async function startLiveServer(
  issuer: Pick<DevIssuer, 'isAccessTokenAlive'>,
): Promise<LiveServer> {
  const log: FeedEvent[] = []
  const open = new Map<object, Connection>()
  const tickets = new Map<string, string>()

  /** Whether the token is good; writes it down, if this opens or renews a connection or is refused. */
  function admit(kind: FeedKind, token: string | undefined, what?: FeedEvent['what']): boolean {
    const isGood = token !== undefined && issuer.isAccessTokenAlive(token)
    const fingerprint = token && { fingerprint: fingerprintOf(token) }
    if (!isGood) log.push({ kind, what: 'refused', ...fingerprint })
    else if (what) log.push({ kind, what, ...fingerprint })
    return isGood
  }

  function forget(connection: object, kind: FeedKind): void {
    open.delete(connection)
    // the next one may be there before the end of the last one is noticed
    if (![...open.values()].some((other) => other.kind === kind)) log.push({ kind, what: 'closed' })
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    allowAnyOrigin(request, response)
    if (request.method === 'OPTIONS') return void response.writeHead(204).end()
    await readBody(request)
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://live')
    const ticketToken = tickets.get(searchParams.get('ticket') ?? '')
    const token = request.headers.authorization?.replace('Bearer ', '') ?? ticketToken
    if (pathname === '/tickets') {
      if (!token || !admit('event-source', token)) return refuse(response)
      const ticket = randomUUID()
      tickets.set(ticket, token)
      response.writeHead(200, { 'content-type': 'application/json' })
      return void response.end(JSON.stringify({ ticket }))
    }
    const kind = pathname === '/events' ? 'event-source' : 'fetch-stream'
    if (!admit(kind, token, 'opened')) return refuse(response)
    const isEvents = kind === 'event-source'
    response.writeHead(200, { 'content-type': isEvents ? 'text/event-stream' : 'text/plain' })
    response.flushHeaders()
    open.set(response, {
      kind,
      send: (note) => void response.write(isEvents ? `data: ${note}\n\n` : note),
      close: () => response.destroy(),
    })
    response.on('close', () => forget(response, kind))
  }

  const server = createServer((request, response) => void answer(request, response))
  acceptWebSockets(
    server,
    (message, socket) => {
      const { token } = JSON.parse(message) as { token: string }
      if (!admit('websocket', token, open.has(socket) ? 'told' : 'opened'))
        return socket.close(4401)
      open.set(socket, {
        kind: 'websocket',
        send: (note) => socket.send(note),
        close: () => socket.close(),
      })
    },
    (socket) => forget(socket, 'websocket'),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const cut = () => {
    for (const connection of open.values()) connection.close()
  }
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    send(note) {
      for (const connection of open.values()) connection.send(note)
    },
    cut,
    close: () =>
      new Promise((resolve) => {
        cut()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function refuse(response: ServerResponse): void {
  response.writeHead(refusal.status, refusal.headers).end()
}
