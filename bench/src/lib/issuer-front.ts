// A door in front of an issuer, for contenders that expect what cannot be configured: auth0-spa-js asks at /oauth/token, and its
// issuer ends in a slash; keycloak-js sends credentials with its token requests and reads refresh tokens as JWTs.
import { createServer, request as send, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface IssuerFront {
  origin: string
  /** The port of the issuer behind. */
  target: number
  close(): Promise<void>
}

export async function startIssuerFront(): Promise<IssuerFront> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').replace(/^\/oauth\/token\b/, '/token')
    const isTokenRequest = path === '/token' && request.method === 'POST'
    const { 'content-length': _, ...headers } = request.headers
    const onward = send(
      {
        host: '127.0.0.1',
        port: front.target,
        path,
        method: request.method ?? 'GET',
        headers: isTokenRequest ? headers : request.headers,
      },
      (answer) => {
        const back = { ...answer.headers }
        if (back['access-control-allow-origin']) back['access-control-allow-credentials'] = 'true'
        if (isTokenRequest) delete back['content-length']
        response.writeHead(answer.statusCode ?? 502, back)
        if (isTokenRequest) void textOf(answer).then((body) => response.end(asJwt(body)))
        else answer.pipe(response)
      },
    )
    onward.on('error', () => response.destroy())
    if (isTokenRequest) void textOf(request).then((body) => onward.end(fromJwt(body)))
    else request.pipe(onward)
  })
  const front: IssuerFront = {
    origin: '',
    target: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  front.origin = `http://localhost:${(server.address() as AddressInfo).port}`
  return front
}

/** Puts the refresh token of an answer into something that can be read as a JWT. */
function asJwt(body: string): string {
  try {
    const answer = JSON.parse(body) as { refresh_token?: string }
    if (!answer.refresh_token) return body
    const exp = Math.floor(Date.now() / 1000) + 86_400
    const parts = [{ alg: 'none' }, { exp, value: answer.refresh_token }]
    const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    return JSON.stringify({ ...answer, refresh_token: `${text.join('.')}.x` })
  } catch {
    return body
  }
}

/** Takes it out again. */
function fromJwt(body: string): string {
  const form = new URLSearchParams(body)
  const payload = form.get('refresh_token')?.split('.')[1]
  if (payload === undefined) return body
  const { value } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { value: string }
  form.set('refresh_token', value)
  return form.toString()
}

async function textOf(stream: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += chunk
  return text
}
