// An endpoint on the app's own origin, which is on nobody's list: it tells whether a token came along.
import type { IncomingMessage, ServerResponse } from 'node:http'

/** Says whether it was a request for `/echo`, now answered. */
export function answerEcho(request: IncomingMessage, response: ServerResponse): boolean {
  if (new URL(request.url ?? '/', 'http://localhost').pathname !== '/echo') return false
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify({ tokenReceived: request.headers.authorization !== undefined }))
  return true
}
