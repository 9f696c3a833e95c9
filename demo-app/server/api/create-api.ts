// The demo's resource server: CORS, the access token, then the endpoint (RFC 6750).
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { AccessTokenGuard } from './access-token.js'
import { readFields, RequestRefused, type ApiAnswer } from './call.js'
import { allowOrigin, answerPreflight } from './cors.js'
import type { Endpoint } from './endpoints.js'
import { fingerprintOf } from './fingerprint.js'
import type { RequestLog } from './request-log.js'

export interface ApiParts {
  readonly guard: AccessTokenGuard
  readonly endpoints: Readonly<Record<string, Endpoint>>
  readonly log: RequestLog
  /** What the embedded issuer has counted; `null` for another one. */
  readonly issuerFigures: () => unknown
  /** The one origin whose pages may read answers. */
  readonly appOrigin: string
}

export function createApi(parts: ApiParts): RequestListener {
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    allowOrigin(request, response, parts.appOrigin)
    if (request.method === 'OPTIONS') return answerPreflight(response)
    if (url.pathname === '/log') return answerLog(parts, request, response)
    if (url.pathname === '/figures')
      return send(response, { status: 200, body: parts.issuerFigures() })
    void answerCall(parts, request, response, url)
  }
}

/** Everybody on this machine may read it: it holds no token. */
function answerLog(parts: ApiParts, request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'DELETE') parts.log.clear()
  send(response, { status: 200, body: { requests: parts.log.entries } })
}

async function answerCall(
  parts: ApiParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const at = Date.now()
  const token = bearerToken(request)
  const answer = await decide(parts, request, url, token)
  const id = request.headers['x-request-id']
  parts.log.add({
    id: typeof id === 'string' ? id.slice(0, 64) : undefined,
    method: request.method ?? '',
    path: url.pathname,
    fingerprint: token === undefined ? undefined : fingerprintOf(token),
    status: answer.status,
    at,
    durationMs: Date.now() - at,
  })
  send(response, answer)
}

async function decide(
  { guard, endpoints }: ApiParts,
  request: IncomingMessage,
  url: URL,
  token: string | undefined,
): Promise<ApiAnswer> {
  const endpoint = endpoints[`${request.method} ${url.pathname}`]
  if (!endpoint) return { status: 404, body: { error: 'There is no such endpoint.' } }
  // RFC 6750 §3.1: a request without a token is told no error code.
  if (token === undefined) return { status: 401, challenge: 'Bearer' }
  try {
    const caller = await guard.check(token)
    if (!caller) return refusal
    return await endpoint({
      caller,
      token,
      query: url.searchParams,
      fields: () => readFields(request),
    })
  } catch (error) {
    if (error instanceof RequestRefused)
      return { status: error.status, body: { error: error.message } }
    console.error(error)
    return { status: 502, body: { error: 'The access token could not be checked.' } }
  }
}

const refusal: ApiAnswer = {
  status: 401,
  challenge:
    'Bearer error="invalid_token", error_description="The access token expired or was revoked"',
  body: { error: 'invalid_token' },
}

function bearerToken({ headers }: IncomingMessage): string | undefined {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(headers.authorization ?? '')?.[1]
}

function send(response: ServerResponse, { status, body, challenge }: ApiAnswer): void {
  if (challenge) response.setHeader('WWW-Authenticate', challenge)
  response.setHeader('Cache-Control', 'no-store')
  if (body === undefined) response.writeHead(status).end()
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
