import { onTestFinished, expect, it } from 'vitest'
import type { AuthClient } from '../auth-client.js'
import { createAuthClient } from '../create-auth-client.js'
import { ConfigurationError } from '../errors.js'
import { createAuthFetch } from './auth-fetch.js'
import {
  holdConnection,
  keepConnected,
  type LiveConnection,
  type LiveConnectionOptions,
} from './live-connection.js'
import { startApiScene } from './testing/api-scene.js'
import { createSimulatedWorld, type SimulatedPage } from './testing/simulated-world.js'

it('connects with a valid token, and again with a fresh one when the connection is over', async () => {
  const { world, page, made, hold, pauses } = await stage()
  hold()
  await world.clock.advance(0)
  expect(made.map(({ token }) => token)).toEqual([page.token()])
  world.clock.jumpWallClock(3_600_000)
  made[0]!.fail(new Error('cut off'))
  await world.clock.advance(2000)
  expect(made.map(({ token }) => token)).toEqual([made[0]!.token, page.token()])
  expect(made[1]!.token).not.toBe(made[0]!.token)
  expect(pauses).toEqual([{ pauseMs: 1500, error: new Error('cut off') }])
})

it('tells a newer token well before the old one expires, and keeps the connection', async () => {
  const { world, made, hold } = await stage()
  const heard: number[] = []
  hold({ onToken: () => heard.push(world.server.lifeLeftMs(made[0]!.token)) })
  await world.clock.advance(239_000)
  expect(heard).toEqual([])
  await world.clock.advance(30_000)
  expect(heard.length).toBe(1)
  expect(heard[0]).toBeGreaterThan(30_000)
  await world.clock.advance(600_000)
  expect([made.length, heard.length, world.server.uses.length]).toEqual([1, 3, 3])
})

it('makes the connection anew at once when a newer token comes that nobody listens for', async () => {
  const { world, page, made, hold, pauses } = await stage()
  hold()
  await world.clock.advance(0)
  // another part of the app asks for it
  await world.clock.until(page.auth.getAccessToken({ forceRefresh: true }))
  await world.clock.advance(0)
  expect(made.map(({ isEnded }) => isEnded())).toEqual([true, false])
  expect([made[1]!.token, pauses]).toEqual([page.token(), []])
})

it('keeps the connection while no newer token is to be had, and tries on', async () => {
  const { world, made, hold } = await stage()
  hold()
  world.server.usually = 'unavailable'
  await world.clock.advance(290_000)
  expect(made.map(({ isEnded }) => isEnded())).toEqual([false])
  expect(world.server.uses.length).toBeGreaterThan(1)
  expect(world.server.uses.length).toBeLessThan(10)
  world.server.usually = 'granted'
  await world.clock.advance(60_000)
  expect(made.map(({ isEnded }) => isEnded())).toEqual([true, false])
})

it('waits while nobody is signed in, and while the browser is offline', async () => {
  const { world, page, made, hold } = await stage(false)
  hold()
  await world.clock.advance(60_000)
  page.tab.goOffline()
  world.storeSession()
  page.tab.show()
  await world.clock.advance(60_000)
  expect([page.auth.state.status, made.length]).toEqual(['signed-in', 0])
  page.tab.goOnline()
  await world.clock.advance(0)
  expect(made.length).toBe(1)
})

it('ends its pause when the network is back', async () => {
  const { world, page, made, hold } = await stage()
  hold({ fails: true })
  await world.clock.advance(120_000)
  const before = made.length
  page.tab.goOnline()
  await world.clock.advance(0)
  expect(made.length).toBe(before + 1)
})

it('pauses longer and longer, by chance, up to a limit; a connection that held starts anew', async () => {
  const { world, made, hold, pauses } = await stage()
  let held = false
  hold({
    get fails() {
      return !held
    },
    maxPauseMs: 10_000,
  })
  await world.clock.advance(60_000)
  expect(pauses.slice(0, 6).map(({ pauseMs }) => pauseMs)).toEqual([
    1500, 3000, 6000, 7500, 7500, 7500,
  ])
  held = true
  await world.clock.advance(20_000)
  pauses.length = 0
  made.at(-1)!.fail(new Error('cut off'))
  await world.clock.advance(0)
  expect(pauses.map(({ pauseMs }) => pauseMs)).toEqual([750])
})

it('waits as long as the authorization server says', async () => {
  const { world, hold, pauses, made } = await stage()
  world.clock.jumpWallClock(3_600_000)
  world.server.fates.push({ retryAfterMs: 20_000 })
  hold()
  await world.clock.advance(1000)
  expect(pauses).toMatchObject([{ pauseMs: 20_000, error: { code: 'refresh-postponed' } }])
  await world.clock.advance(20_000)
  expect(made.length).toBe(1)
})

it('asks for another token when the server refuses this one, once until a connection has held', async () => {
  const { world, made, hold } = await stage()
  hold({ refuses: true, fails: true })
  await world.clock.advance(300_000)
  expect(made.length).toBeGreaterThan(8)
  expect(new Set(made.slice(0, 8).map(({ token }) => token)).size).toBe(2)
  // the second is for the token that grew old meanwhile
  expect(world.server.uses.length).toBeLessThanOrEqual(2)
})

it('ends for good when the user signs out', async () => {
  const { world, page, made, hold } = await stage()
  const kept = hold()
  await world.clock.advance(0)
  await world.clock.until(page.auth.signOut({ endSession: false }))
  expect([await kept.ended, made.map(({ isEnded }) => isEnded())]).toEqual(['signed-out', [true]])
  world.storeSession()
  page.tab.show()
  await world.clock.advance(60_000)
  expect(made.length).toBe(1)
})

it('ends for good when another user signs in', async () => {
  const { world, page, made, hold } = await stage()
  const kept = hold()
  await world.clock.advance(0)
  world.storeSession('bob')
  page.tab.show()
  expect(await world.clock.until(kept.ended)).toBe('session-changed')
  await world.clock.advance(60_000)
  expect(made.map(({ isEnded }) => isEnded())).toEqual([true])
})

it('ends with the session, and goes on when the same user is back', async () => {
  const { world, page, made, hold } = await stage()
  hold({ onToken() {} })
  await world.clock.advance(0)
  world.server.usually = 'refused'
  await world.clock.until(page.auth.getAccessToken({ forceRefresh: true }).catch(() => {}))
  expect(page.auth.state).toMatchObject({ reason: 'session-ended' })
  expect(made.map(({ isEnded }) => isEnded())).toEqual([true])
  await world.clock.advance(60_000)
  world.storeSession()
  page.tab.show()
  await world.clock.advance(0)
  expect(made.map(({ isEnded }) => isEnded())).toEqual([true, false])
  expect(made[1]!.token).toBe(page.token())
})

it('leaves no timer and no listener behind', async () => {
  const { world, hold, listeners } = await stage()
  const timers = world.clock.timers
  for (const fails of [true, false]) {
    const kept = hold({ fails })
    await world.clock.advance(1)
    expect(listeners()).toBeGreaterThan(0)
    kept.close()
    expect(await kept.ended).toBe('closed')
    await world.clock.advance(0)
    expect([world.clock.timers, listeners()]).toEqual([timers, 0])
  }
})

it('names a resource as getAccessToken does, and says when there is none', async () => {
  const { world, page, made, hold } = await stage()
  expect(() => hold({ resource: 'nothing' })).toThrow(ConfigurationError)
  hold({ resource: 'https://api.test/', scope: 'read' })
  await world.clock.advance(1000)
  expect(made.map(({ token }) => token)).toEqual([world.record()?.accessTokens[' read']?.value])
  expect(made[0]!.token).not.toBe(page.token())
})

it('keeps a stream of fetch open through a revoked token and a cut connection', async () => {
  const scene = await startApiScene()
  const { api, world, page, revoke, settle } = scene
  const authFetch = createAuthFetch(page.auth)
  const usual = api.answer
  const open: (() => void)[] = []
  api.answer = (request, response) => {
    usual?.(request, response)
    if (!api.accepts) return false
    response.write(`event ${api.requests.length}\n`)
    open.push(() => response.destroy())
    return true
  }
  const lines: string[] = []
  let hear = () => {}
  const kept = holdConnection(
    page.auth,
    {
      async connect({ signal }) {
        const { body } = await authFetch(`${api.origin}/v1/stream`, { signal })
        const reader = body!.pipeThrough(new TextDecoderStream()).getReader()
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
          lines.push(part.value)
          hear()
        }
      },
    },
    hostOf(page),
  )
  const untilLine = (count: number) =>
    settle(
      new Promise<void>((resolve) => {
        hear = () => lines.length >= count && resolve()
        hear()
      }),
    )
  await untilLine(1)
  revoke()
  open[0]!()
  await settle(pausesOver())
  await untilLine(2)
  expect(lines).toEqual(['event 1\n', 'event 3\n'])
  expect(world.server.uses.length).toBe(1)
  kept.close()

  async function pausesOver(): Promise<void> {
    while (api.requests.length < 2) {
      await world.clock.advance(500)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
})

it('does nothing on a server', async () => {
  const auth = createAuthClient({
    issuer: 'https://as.test',
    clientId: 'spa',
    redirectUri: '/callback',
  })
  let connects = 0
  const kept = keepConnected(auth, { connect: async () => connects++ })
  kept.close()
  expect([await kept.ended, connects]).toEqual(['closed', 0])
})

interface Made extends LiveConnection {
  fail(error: Error): void
  isEnded(): boolean
}

interface HoldOptions extends Omit<Partial<LiveConnectionOptions>, 'connect'> {
  readonly fails?: boolean
  readonly refuses?: boolean
  readonly onToken?: (token: string) => void
}

/** A page with a session of `alice`, and connections that live until the test ends them. */
async function stage(isSignedIn = true) {
  const world = createSimulatedWorld()
  world.server.latencyMs = () => 0
  if (isSignedIn) world.storeSession()
  const page = world.openPage({ proactiveRefresh: false })
  onTestFinished(() => page.auth.dispose())
  await world.clock.until(page.auth.ready)
  await world.clock.advance(3500)
  const made: Made[] = []
  const pauses: { pauseMs: number; error: unknown }[] = []
  const { auth, listeners } = counted(page.auth)
  return {
    world,
    page: Object.assign(page, {
      token: () => world.record()?.accessTokens['']?.value ?? 'none',
    }),
    made,
    pauses,
    listeners,
    hold(options: HoldOptions = {}) {
      const kept = holdConnection(
        auth,
        {
          ...options,
          onPause: (pause) => pauses.push(pause),
          connect: (connection) =>
            new Promise((_, reject) => {
              made.push(
                Object.assign(connection, {
                  fail: reject,
                  isEnded: () => connection.signal.aborted,
                }),
              )
              if (options.onToken) connection.onToken(options.onToken)
              if (options.refuses) connection.refuseToken()
              if (options.fails) reject(new Error('no connection'))
            }),
        },
        hostOf(page),
      )
      onTestFinished(() => kept.close())
      return kept
    },
  }
}

function hostOf({ tab }: SimulatedPage) {
  const { clock, page } = tab.environment
  return {
    clock,
    random: () => 0.5,
    network: {
      isOnline: () => page.isOnline(),
      onOnline: (callback: () => void) =>
        page.onMoment((moment) => {
          if (moment === 'online') callback()
        }),
    },
  }
}

/** A client that counts who listens to it. */
function counted(auth: AuthClient): { auth: AuthClient; listeners: () => number } {
  let count = 0
  const watch =
    (listen: (...of: never[]) => () => void) =>
    (...of: never[]) => {
      count++
      const undo = listen(...of)
      let isUndone = false
      return () => {
        if (!isUndone) count--
        isUndone = true
        undo()
      }
    }
  const watched = new Proxy(auth, {
    get: (target, name) =>
      name === 'on' || name === 'subscribe' ? watch(target[name]) : Reflect.get(target, name),
  })
  return { auth: watched, listeners: () => count }
}
