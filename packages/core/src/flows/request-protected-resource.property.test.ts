/** Random requests, answers, aborts and refresh outcomes: each request is sent twice at most, settles once, and never carries a token it should not. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createAuthFetch } from './auth-fetch.js'
import type { RefreshFate } from './testing/simulated-authorization-server.js'
import { createSimulatedWorld } from './testing/simulated-world.js'

interface RequestStep {
  readonly kind: 'request'
  readonly where: 'listed' | 'foreign'
  readonly answer: 'by-token' | 'always-401' | 'always-403' | 'step-up' | 'network-error'
  readonly latencyMs: number
  readonly isStream: boolean
  readonly replay: boolean | undefined
  readonly abortAfterMs: number | undefined
}

type Step =
  | RequestStep
  | { readonly kind: 'revoke' | 'expire' | 'sign-out' | 'wake' }
  | { readonly kind: 'sign-in'; readonly user: 'alice' | 'bob' }
  | { readonly kind: 'fate'; readonly fate: RefreshFate }

interface Plan {
  readonly park: boolean
  readonly maxLength: number
  readonly refreshMs: number
  readonly steps: readonly { readonly step: Step; readonly afterMs: number }[]
}

const latencyMs = fc.constantFrom(0, 5, 50, 400, 3000)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      where: fc.constantFrom('listed' as const, 'listed', 'listed', 'foreign'),
      answer: fc.constantFrom(
        'by-token' as const,
        'by-token',
        'by-token',
        'always-401',
        'always-403',
        'step-up',
        'network-error',
      ),
      latencyMs,
      isStream: fc.boolean(),
      replay: fc.constantFrom(undefined, undefined, true, false),
      abortAfterMs: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, latencyMs),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('revoke' as const, 'revoke', 'expire', 'sign-out', 'wake'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('sign-in' as const),
      user: fc.constantFrom('alice' as const, 'bob'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fate' as const),
      fate: fc.constantFrom<RefreshFate>(
        'granted',
        'refused',
        'unavailable',
        'answer-lost',
        'silence',
        'configuration',
        { retryAfterMs: 2000 },
      ),
    }),
  },
)

const plans: fc.Arbitrary<Plan> = fc.record({
  park: fc.boolean(),
  maxLength: fc.constantFrom(1, 3, 1000),
  refreshMs: latencyMs,
  steps: fc.array(fc.record({ step, afterMs: fc.constantFrom(0, 0, 1, 20, 500, 4000) }), {
    minLength: 1,
    maxLength: 25,
  }),
})

it('sends a request twice at most, settles it once, and never with a token it should not carry', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      expect(await run(plan)).toEqual([])
    }),
    { numRuns: 200 },
  )
}, 120_000)

/** Gives what was found against the promises. */
async function run({ park, maxLength, refreshMs, steps }: Plan): Promise<string[]> {
  const world = createSimulatedWorld()
  const { server, clock } = world
  server.latencyMs = () => refreshMs
  world.storeSession()
  const page = world.openPage({
    proactiveRefresh: false,
    parkUntilSignedIn: park,
    queue: { maxLength, maxWaitMs: 60_000 },
  })
  await clock.until(page.auth.ready)
  const findings: string[] = []
  const check = (isGood: boolean, what: string) => isGood || findings.push(what)
  let isSignedOut = false
  let begun = 0
  let settled = 0

  function request(plan: RequestStep): void {
    const { state } = page.auth
    const person = state.status === 'signed-in' ? state.user.sub : undefined
    const tokens: (string | undefined)[] = []
    const controller = new AbortController()
    const { signal } = controller
    const reason = { name: 'the reason of the caller' }
    const beneath: typeof fetch = (_input, init) =>
      new Promise((resolve, reject) => {
        const token = new Headers(init?.headers).get('authorization')?.replace('Bearer ', '')
        tokens.push(token)
        check(!signal.aborted, 'sent after it was aborted')
        check(!token || !isSignedOut, 'sent with a token after the sign-out')
        check(
          !token || !person || server.userOf(token) === person,
          'sent with another user’s token',
        )
        check(!token || plan.where === 'listed', 'sent with a token to a URL that is not listed')
        clock.setTimer(() => {
          if (signal.aborted) return reject(signal.reason as Error)
          if (plan.answer === 'network-error') return reject(new TypeError('Failed to fetch'))
          resolve(answerTo(plan.answer, !!token && server.lifeLeftMs(token) > 0))
        }, plan.latencyMs)
      })
    if (plan.abortAfterMs !== undefined)
      clock.setTimer(() => controller.abort(reason), plan.abortAfterMs)
    const judge = (failure: unknown) => {
      settled++
      const isAgain = tokens.length === 2
      check(tokens.length <= 2, 'sent more than twice')
      check(!isAgain || tokens[0] !== tokens[1], 'sent again with the token that was refused')
      check(!isAgain || (!plan.isStream && plan.replay !== false), 'sent again though it must not')
      check(
        !isAgain || plan.answer === 'by-token' || plan.answer === 'always-401',
        `sent again though ${plan.answer}`,
      )
      check(tokens.length > 0 || !!failure, 'answered without being sent')
      const isOwn = plan.answer === 'network-error' || (failure as { code?: unknown })?.code
      check(!failure || failure === reason || !!isOwn, `rejected with ${String(failure)}`)
    }
    begun++
    createAuthFetch(page.auth, { fetch: beneath })(
      `https://${plan.where === 'listed' ? 'api' : 'foreign'}.test/${plan.answer}`,
      {
        method: 'POST',
        body: plan.isStream ? new ReadableStream() : 'body',
        signal,
        ...(plan.replay !== undefined && { access: { replay: plan.replay } }),
      },
    ).then(() => judge(undefined), judge)
  }

  async function take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'request':
        return request(step)
      case 'revoke':
        return server.refuse(world.record()?.accessTokens['']?.value ?? '')
      case 'expire':
        return clock.jumpWallClock(3_600_000)
      case 'fate':
        return void server.fates.push(step.fate)
      case 'sign-out':
        // it begins when the session is restored
        await clock.advance(0)
        void page.auth.signOut({ endSession: false })
        await clock.advance(0)
        isSignedOut = page.auth.state.status === 'signed-out'
        return
      case 'sign-in':
        world.storeSession(step.user)
        isSignedOut = false
        break
      case 'wake':
    }
    page.tab.hide()
    page.tab.show()
  }

  for (const { step, afterMs } of steps) {
    if (afterMs) await clock.advance(afterMs)
    await take(step)
  }
  await clock.advance(120_000)
  check(settled === begun, `${begun - settled} requests have not settled`)
  page.auth.dispose()
  return findings
}

function answerTo(answer: string, isAccepted: boolean): Response {
  if (answer === 'by-token' && isAccepted) return new Response('{}')
  if (answer === 'step-up')
    return refusal(401, 'Bearer error="insufficient_user_authentication", max_age="0"')
  return answer === 'always-403' ? refusal(403) : refusal(401)
}

function refusal(status: number, challenge = 'Bearer error="invalid_token"'): Response {
  return new Response(null, { status, headers: { 'www-authenticate': challenge } })
}
