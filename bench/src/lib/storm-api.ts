// The API of the storms: it knows which tokens are alive, and can hold refusals back until the refresh is over.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { StormKind } from '../pages/bench-window.js'
import { allContenders } from './contenders.js'
import type { Stage } from './stage.js'
import { createSuperTokensBackend } from './supertokens-backend.js'

export interface StormApi {
  begin(kind: StormKind): void
  end(): void
  /** Refreshes at the one backend that is not the issuer, since `begin`. */
  refreshes(): number
}

const longestHoldMs = 5000

export function stormApi(stage: Stage): StormApi {
  const issuers = new Set(allContenders.map((page) => stage.issuerOf(page)))
  const backend = createSuperTokensBackend()
  let kind: StormKind | undefined
  let refused = 0
  let isRefreshed = false
  let held: (() => void)[] = []

  stage.app.api = (request, response) => {
    if (backend.answer(request, response)) return
    if (isAlive(request)) {
      isRefreshed ||= kind !== undefined
      respond(response, 200)
      release()
    } else if (kind === 'late' && !isRefreshed && refused++ % 3 === 0) {
      held.push(() => respond(response, 401))
      // all connections of a browser may be held: then nothing else could come through
      if (held.length >= 3) held.shift()?.()
      setTimeout(release, longestHoldMs).unref()
    } else respond(response, 401)
  }

  return {
    begin(next) {
      kind = next
      refused = 0
      isRefreshed = false
      backend.refreshes = 0
      backend.expireAccessTokens()
      if (next === 'refused') backend.revoke()
    },
    end() {
      kind = undefined
      release()
    },
    refreshes: () => backend.refreshes,
  }

  function release(): void {
    const waiting = held
    held = []
    for (const answer of waiting) answer()
  }

  function isAlive({ headers }: IncomingMessage): boolean {
    const token = headers.authorization?.replace(/^Bearer /, '') ?? ''
    return backend.isAlive(token) || [...issuers].some((issuer) => issuer.isAccessTokenAlive(token))
  }
}

function respond(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
}
