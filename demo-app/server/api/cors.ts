// Cross-origin access for the app's pages and nobody else's.
import type { IncomingMessage, ServerResponse } from 'node:http'

export function allowOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  appOrigin: string,
): void {
  response.setHeader('Vary', 'Origin')
  if (request.headers.origin !== appOrigin) return
  response.setHeader('Access-Control-Allow-Origin', appOrigin)
  // Without this a page cannot read why it was refused, and a 401 says nothing to it.
  response.setHeader('Access-Control-Expose-Headers', 'WWW-Authenticate')
}

export function answerPreflight(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST, DELETE')
  response.setHeader(
    'Access-Control-Allow-Headers',
    'Authorization, Content-Type, DPoP, X-Request-Id',
  )
  response.setHeader('Access-Control-Max-Age', '600')
  response.writeHead(204).end()
}
