/** A real client in a simulated page, and a real API on loopback that it sends requests to by `fetch`. */
import { onTestFinished } from 'vitest'
import {
  startResourceServer,
  type ReceivedRequest,
  type ResourceServer,
} from '../../../../axios/src/testing/resource-server.js'
import type { AuthClientOptions } from '../../auth-client.js'
import { createAuthFetch, type AuthFetch } from '../auth-fetch.js'
import { createSimulatedWorld, type SimulatedPage, type SimulatedWorld } from './simulated-world.js'

export interface ApiScene {
  readonly world: SimulatedWorld
  readonly page: SimulatedPage
  /** Lets a token in as long as the authorization server says so. */
  readonly api: ResourceServer
  readonly authFetch: AuthFetch
  /** Hints of the client. */
  readonly hints: readonly string[]
  /** Bearer tokens as the API received them. */
  sentTokens(): (string | undefined)[]
  /** The access token now held. */
  token(): string
  /** APIs stop to accept the token now held. */
  revoke(): void
  /** The token now held is known to have expired. */
  expire(): void
  /** Real and simulated time go on until the promise settles; the simulated clock stands still but for timers that are due. */
  settle<Result>(promise: Promise<Result>): Promise<Result>
}

/** @param prepare - What the browser holds when the page starts; default: a session of `alice`. */
export async function startApiScene(
  options: Partial<AuthClientOptions> = {},
  prepare: (world: SimulatedWorld) => void = (world) => void world.storeSession(),
): Promise<ApiScene> {
  const api = await startResourceServer()
  onTestFinished(() => api.close())
  const world = createSimulatedWorld()
  const { server, clock } = world
  server.latencyMs = () => 0
  api.answer = (request) => {
    const token = bearerOf(request)
    if (!token) return false
    api.accepts = server.lifeLeftMs(token) > 0 ? token : ''
    return false
  }
  prepare(world)
  const hints: string[] = []
  const page = world.openPage({
    resources: [{ url: `${api.origin}/v1` }],
    proactiveRefresh: false,
    logger: { debug: (message) => hints.push(message), warn() {} },
    ...options,
  })
  onTestFinished(() => page.auth.dispose())

  async function settle<Result>(promise: Promise<Result>): Promise<Result> {
    let isPending = true
    const stop = () => (isPending = false)
    promise.then(stop, stop)
    while (isPending) {
      await clock.advance(0)
      // the network needs the processor, too
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    return promise
  }

  await settle(page.auth.ready)
  const token = () => world.record()?.accessTokens['']?.value ?? ''
  return {
    world,
    page,
    api,
    authFetch: createAuthFetch(page.auth),
    hints,
    sentTokens: () => api.requests.map(bearerOf),
    token,
    revoke: () => server.refuse(token()),
    expire: () => clock.jumpWallClock(3_600_000),
    settle,
  }
}

function bearerOf({ headers }: ReceivedRequest): string | undefined {
  return headers.authorization?.slice('Bearer '.length)
}
