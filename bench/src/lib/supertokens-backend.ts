// As much of a SuperTokens backend as its website SDK needs to have a session and refresh it.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface SuperTokensBackend {
  refreshes: number
  /** Answers /auth/...; says whether the request was for it. */
  answer(request: IncomingMessage, response: ServerResponse): boolean
  isAlive(token: string): boolean
  expireAccessTokens(): void
  /** The next refresh is refused. */
  revoke(): void
}

const lifetimeMs = 3_600_000

export function createSuperTokensBackend(): SuperTokensBackend {
  const alive = new Set<string>()
  let isRevoked = false
  const backend: SuperTokensBackend = {
    refreshes: 0,
    answer(request, response) {
      const path = request.url ?? ''
      if (!path.startsWith('/auth/')) return false
      if (path.startsWith('/auth/session/refresh')) {
        backend.refreshes++
        if (isRevoked) response.writeHead(401, { 'front-token': 'remove' }).end()
        else give(response)
      } else {
        isRevoked = false
        give(response)
      }
      return true
    },
    isAlive: (token) => alive.has(token),
    expireAccessTokens: () => alive.clear(),
    revoke: () => (isRevoked = true),
  }
  return backend

  function give(response: ServerResponse): void {
    const token = randomUUID()
    alive.add(token)
    const front = { uid: 'ada', ate: Date.now() + lifetimeMs, up: {} }
    response
      .writeHead(200, {
        'content-type': 'application/json',
        'front-token': Buffer.from(JSON.stringify(front)).toString('base64'),
        'st-access-token': token,
        'st-refresh-token': randomUUID(),
      })
      .end('{}')
  }
}
