// Stands in front of the issuer: writes down every exchange for the leak oracle, and breaks the line when a test says so.
import { request as requestUpstream, type IncomingMessage, type ServerResponse } from 'node:http'
import { serveOnLoopback, type LoopbackServer } from './loopback.js'

export interface Exchange {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly requestBody: string
  readonly location: string
  readonly responseBody: string
}

export interface IssuerProxy {
  readonly origin: string
  /** Everything that went through, both ways. */
  readonly exchanges: readonly Exchange[]
  /** Sets the port of the issuer behind. */
  connectTo(port: number): void
  /** Nobody listens: connections are refused. */
  goDown(): Promise<void>
  comeBack(): Promise<void>
  /** Connections to the token endpoint break as soon as a request is there. */
  resetConnections(isOn: boolean): void
  /** Sent with every answer from now on. */
  sendHeaders(headers: Readonly<Record<string, string>>): void
  close(): Promise<void>
}

export async function startIssuerProxy(): Promise<IssuerProxy> {
  const exchanges: Exchange[] = []
  let upstreamPort = 0
  let isResetting = false
  let extra: Readonly<Record<string, string>> = {}
  let server: LoopbackServer = await serveOnLoopback(pass)
  const { origin, port } = server

  function pass(request: IncomingMessage, response: ServerResponse): void {
    if (isResetting && request.url === '/token') return void request.socket.resetAndDestroy()
    const sent = collect(request)
    const upstream = requestUpstream(
      {
        host: '127.0.0.1',
        port: upstreamPort,
        method: request.method,
        path: request.url,
        headers: request.headers,
        agent: false,
      },
      (answer) => {
        const received = collect(answer)
        answer.on('error', () => response.destroy())
        // written down before the browser has it: a test may look at once
        const note = () =>
          exchanges.push({
            method: request.method ?? '',
            url: request.url ?? '',
            requestBody: sent(),
            location: answer.headers.location ?? '',
            responseBody: received(),
          })
        answer.on('end', note)
        answer.on('aborted', note)
        response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...extra })
        answer.pipe(response)
      },
    )
    // the issuer broke the connection: so does the line to the browser
    upstream.on('error', () => response.destroy())
    request.pipe(upstream)
  }

  return {
    origin,
    exchanges,
    connectTo: (toPort) => void (upstreamPort = toPort),
    goDown: () => server.close(),
    comeBack: async () => void (server = await serveOnLoopback(pass, port)),
    resetConnections: (isOn) => void (isResetting = isOn),
    sendHeaders: (headers) => void (extra = headers),
    close: () => server.close(),
  }
}

function collect(message: IncomingMessage): () => string {
  const chunks: Buffer[] = []
  message.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString()
}
