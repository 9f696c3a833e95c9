/** A client in a simulated page, and a real API with notes that it may call. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AuthClient } from '@latchkey/core'
import { onTestFinished } from 'vitest'
import { createSimulatedWorld } from '../../../packages/core/src/flows/testing/simulated-world.js'
import { acceptWebSockets } from './live-api.js'

export interface RecipeApi {
  readonly auth: AuthClient
  /** Ends with a slash. */
  readonly url: string
  /** Requests to `notes` and `graphql` as they arrived: the token's fate and the body. */
  readonly log: readonly string[]
  /** The token now held is accepted no more. */
  revoke(): void
  /** Cuts all live connections. */
  cut(): void
  refreshes(): number
  /** Simulated and real time go on until it is so. */
  until(isSo: () => boolean): Promise<void>
  settle<Result>(promise: Promise<Result>): Promise<Result>
}

export async function startApi(): Promise<RecipeApi> {
  const world = createSimulatedWorld()
  const { clock } = world
  world.server.latencyMs = () => 0
  world.storeSession()
  const log: string[] = []
  const tickets = new Set<string>()
  const isGood = (token: string) => world.server.lifeLeftMs(token) > 0
  let events = 0

  const server = createServer((incoming, response) => {
    const { pathname, searchParams } = new URL(incoming.url!, 'http://api')
    const token = incoming.headers.authorization?.slice('Bearer '.length) ?? ''
    let body = ''
    incoming.on('data', (part) => (body += part))
    incoming.on('end', () => {
      if (pathname === '/events') {
        if (!tickets.delete(searchParams.get('ticket')!)) return response.writeHead(403).end()
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        return response.write(`data: event ${++events}\n\n`)
      }
      if (/notes|graphql/.test(pathname)) log.push(`${isGood(token) ? 'good' : 'bad'} ${body}`)
      if (!isGood(token))
        return response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end()
      if (pathname === '/stream') return response.write(`event ${++events}`)
      const json = (value: unknown) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
      if (pathname === '/tickets') {
        const ticket = `ticket-${tickets.size + events}`
        tickets.add(ticket)
        return json({ ticket })
      }
      if (pathname === '/graphql') return json({ data: { saveNote: { id: 7 } } })
      return json(incoming.method === 'GET' ? [{ id: 7 }] : { id: 7 })
    })
  })
  acceptWebSockets(server, (message, connection) => {
    const { token } = JSON.parse(message) as { token: string }
    if (isGood(token)) connection.send(`event ${++events}`)
    else connection.close(4401)
    onTestFinished(() => connection.close())
    live.add(connection)
  })
  const live = new Set<{ close(): void }>()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const page = world.openPage({ resources: [{ url }] })

  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await clock.advance(20)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
  async function settle<Result>(promise: Promise<Result>): Promise<Result> {
    let isPending = true
    const stop = () => (isPending = false)
    promise.then(stop, stop)
    await until(() => !isPending)
    return promise
  }

  await settle(page.auth.ready)
  onTestFinished(() => {
    page.auth.dispose()
    server.closeAllConnections()
    server.close()
  })
  return {
    auth: page.auth,
    url,
    log,
    revoke: () => world.server.refuse(world.record()!.accessTokens['']!.value),
    cut() {
      server.closeAllConnections()
      for (const connection of live) connection.close()
    },
    refreshes: () => world.server.uses.length,
    until,
    settle,
  }
}
