/** A real API on loopback: it accepts the tokens the test says, and remembers what was sent to it. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** The status it was answered with. */
  status: number
}

export interface ResourceServer {
  readonly origin: string
  readonly requests: ReceivedRequest[]
  /** The token it accepts. Anything else is answered 401. */
  accepts: string
  /** Answers instead of the usual; gives `false` to leave it to that. */
  answer: ((request: ReceivedRequest, response: ServerResponse) => boolean | void) | undefined
  close(): Promise<void>
}

export async function startResourceServer(): Promise<ResourceServer> {
  const requests: ReceivedRequest[] = []
  const http = createServer((incoming, response) => {
    void readBody(incoming).then(
      (body) => {
        const { method = '', url = '', headers } = incoming
        allowPages(headers, response)
        if (method === 'OPTIONS') return void response.writeHead(204).end()
        const request: ReceivedRequest = { method, url, headers, body, status: 0 }
        requests.push(request)
        response.on('close', () => (request.status = response.statusCode))
        if (server.answer && server.answer(request, response) !== false) return
        const isGood =
          /^(Bearer|DPoP) (.*)/.exec(headers.authorization ?? '')?.[2] === server.accepts
        response.statusCode = isGood ? 200 : 401
        response.setHeader('Content-Type', 'application/json')
        if (!isGood) response.setHeader('WWW-Authenticate', 'Bearer error="invalid_token"')
        response.end(JSON.stringify(isGood ? { ok: true, method, url } : { error: 'expired' }))
      },
      () => response.destroy(),
    )
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const server: ResourceServer = {
    origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    requests,
    accepts: '',
    answer: undefined,
    close() {
      http.closeAllConnections()
      return new Promise((resolve) => http.close(() => resolve()))
    },
  }
  return server
}

function allowPages(headers: IncomingHttpHeaders, response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', headers.origin ?? '*')
  response.setHeader(
    'Access-Control-Allow-Headers',
    headers['access-control-request-headers'] ?? '',
  )
  response.setHeader('Access-Control-Allow-Methods', 'GET,HEAD,POST,PUT,PATCH,DELETE')
  response.setHeader('Access-Control-Expose-Headers', 'WWW-Authenticate, DPoP-Nonce')
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
