// The API of the tests, on an origin of its own: checks each access token for real, and logs what it was sent.
import { createHash, createPublicKey, verify, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { DevIssuer } from '@latchkey/dev-issuer'
import { serveOnLoopback } from './loopback.js'

export interface ApiRequest {
  /** `X-Request-Id`: one per call of the app, shared by a replay. */
  readonly id: string
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Which token it carried: told by its fingerprint, as the page's driver does. */
  readonly fingerprint: string | undefined
  /** Whether that token was good when the request arrived. */
  readonly isAuthorized: boolean
  readonly body: Buffer
  readonly bodyHash: string
  readonly at: number
  /** Missing until it is answered. */
  status?: number
}

export interface ApiAnswer {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

/** Answers in place of the server, or, with `undefined`, lets it answer; may take its time. */
export type ApiRule = (
  request: ApiRequest,
) => ApiAnswer | undefined | Promise<ApiAnswer | undefined>

export interface ResourceServer {
  readonly origin: string
  /** All requests but preflights, in the order they arrived. */
  readonly log: readonly ApiRequest[]
  clearLog(): void
  /** The last rule added is asked first. Gives the function that takes it away. */
  use(rule: ApiRule): () => void
  /** A further origin of the same API. */
  openDoor(): Promise<string>
  close(): Promise<void>
}

export const refusal: ApiAnswer = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  body: { error: 'invalid_token' },
}

export async function startResourceServer(issuer: DevIssuer): Promise<ResourceServer> {
  const log: ApiRequest[] = []
  const rules: ApiRule[] = []
  const isValid = await tokenCheck(issuer)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    allowAnyOrigin(request, response)
    if (request.method === 'OPTIONS') return void response.writeHead(204).end()
    const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? []
    const isAuthorized = token !== undefined && (await isValid(token))
    const body = await readBody(request)
    const entry: ApiRequest = {
      id: String(request.headers['x-request-id'] ?? ''),
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      fingerprint: token && fingerprintOf(token),
      isAuthorized,
      body,
      bodyHash: hashOf(body),
      at: Date.now(),
    }
    log.push(entry)
    const { status, headers, body: content } = await decide(entry)
    entry.status = status
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(content ?? null))
  }

  async function decide(entry: ApiRequest): Promise<ApiAnswer> {
    for (const rule of [...rules].reverse()) {
      const ruled = await rule(entry)
      if (ruled) return ruled
    }
    if (!entry.isAuthorized) return refusal
    return { status: 200, body: { id: entry.id, path: entry.path, bodyHash: entry.bodyHash } }
  }

  const open = () => serveOnLoopback((request, response) => void answer(request, response))
  const servers = [await open()]
  return {
    origin: servers[0]!.origin,
    log,
    clearLog: () => void log.splice(0),
    use(rule) {
      rules.push(rule)
      return () => void rules.splice(rules.indexOf(rule), 1)
    },
    async openDoor() {
      const server = await open()
      servers.push(server)
      return server.origin
    },
    close: async () => void (await Promise.all(servers.map((server) => server.close()))),
  }
}

/** Signature, issuer and audience by the token itself; expiry and revocation by the issuer. */
async function tokenCheck(issuer: DevIssuer): Promise<(token: string) => Promise<boolean>> {
  const keys = new Map<string, KeyObject>()
  await loadKeys()

  async function loadKeys(): Promise<void> {
    const answer = await fetch(`http://127.0.0.1:${issuer.port}/jwks`)
    const { keys: found } = (await answer.json()) as { keys: (JsonWebKey & { kid: string })[] }
    for (const key of found) keys.set(key.kid, createPublicKey({ key, format: 'jwk' }))
  }

  async function keyOf(id: string): Promise<KeyObject | undefined> {
    if (!keys.has(id)) await loadKeys()
    return keys.get(id)
  }

  return async (token) => {
    const parts = token.split('.')
    const [header, payload] = parts.slice(0, 2).map(parsePart)
    const key = header?.['alg'] === 'ES256' ? await keyOf(String(header['kid'])) : undefined
    return (
      key !== undefined &&
      payload?.['iss'] === issuer.url &&
      typeof payload['aud'] === 'string' &&
      verify(
        'sha256',
        Buffer.from(parts.slice(0, 2).join('.')),
        { key, dsaEncoding: 'ieee-p1363' },
        Buffer.from(parts[2] ?? '', 'base64url'),
      ) &&
      issuer.isAccessTokenAlive(token)
    )
  }
}

function parsePart(part: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
  } catch {
    return undefined
  }
}

export function allowAnyOrigin(request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers
  if (!origin) return
  response.setHeader('Access-Control-Allow-Origin', origin)
  response.setHeader('Access-Control-Allow-Credentials', 'true')
  response.setHeader('Access-Control-Expose-Headers', 'WWW-Authenticate, Retry-After')
  if (request.method !== 'OPTIONS') return
  const asked = request.headers['access-control-request-headers']
  if (asked) response.setHeader('Access-Control-Allow-Headers', asked)
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, POST, PUT, PATCH, DELETE')
  response.setHeader('Access-Control-Max-Age', '600')
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export function fingerprintOf(token: string): string {
  return hashOf(token).slice(0, 16)
}

function hashOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
