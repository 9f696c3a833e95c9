// An origin that is listed nowhere: it must never see a token. It answers every page that asks.
import type { IncomingHttpHeaders } from 'node:http'
import { serveOnLoopback } from './loopback.js'
import { allowAnyOrigin, readBody } from './resource-server.js'

export interface ForeignRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface ForeignServer {
  readonly origin: string
  /** All requests but preflights. */
  readonly log: readonly ForeignRequest[]
  clearLog(): void
  /** What it answers from now on. Default 200. A 401 comes with this error. */
  answerWith(status: number, error?: string): void
  close(): Promise<void>
}

export async function startForeignServer(): Promise<ForeignServer> {
  const log: ForeignRequest[] = []
  let status = 200
  let refusedFor = 'invalid_token'
  const server = await serveOnLoopback(async (request, response) => {
    allowAnyOrigin(request, response)
    if (request.method === 'OPTIONS') return void response.writeHead(204).end()
    const { method = '', url = '', headers } = request
    log.push({ method, url, headers, body: (await readBody(request)).toString() })
    const challenge = status === 401 ? { 'www-authenticate': `Bearer error="${refusedFor}"` } : {}
    response.writeHead(status, { 'content-type': 'application/json', ...challenge }).end('{}')
  })
  return {
    origin: server.origin,
    log,
    clearLog: () => void log.splice(0),
    answerWith(wanted, error = 'invalid_token') {
      status = wanted
      refusedFor = error
    },
    close: server.close,
  }
}
