// An API that takes streams: HTTP/2 with TLS, or a browser sends it none.
import { createSecureServer } from 'node:http2'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { DevIssuer } from '@latchkey/dev-issuer'
import { allowAnyOrigin, readBody, refusal } from './resource-server.js'
import { selfSignedCertificate } from './self-signed-certificate.js'

export interface UploadServer {
  readonly origin: string
  /** Status and body of each request but preflights. */
  readonly log: readonly string[]
  clearLog(): void
  close(): Promise<void>
}

export async function startUploadServer(
  issuer: Pick<DevIssuer, 'isAccessTokenAlive'>,
): Promise<UploadServer> {
  const log: string[] = []
  const server = createSecureServer(selfSignedCertificate(), (incoming, outgoing) => {
    // near enough for what is done with them
    const request = incoming as unknown as IncomingMessage
    const response = outgoing as unknown as ServerResponse
    allowAnyOrigin(request, response)
    if (request.method === 'OPTIONS') return void response.writeHead(204).end()
    void readBody(request).then((body) => {
      const token = request.headers.authorization?.replace('Bearer ', '')
      const isGood = token !== undefined && issuer.isAccessTokenAlive(token)
      log.push(`${isGood ? 200 : 401} ${body.toString()}`)
      response.writeHead(isGood ? 200 : 401, isGood ? {} : refusal.headers).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    clearLog: () => void log.splice(0),
    // a browser keeps its session open: nobody waits for it
    close: async () => void server.close(),
  }
}
