import axios, { AxiosError, type AxiosAdapter, type AxiosRequestConfig } from 'axios'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { RefreshPostponedError, SessionEndedError } from '../../core/src/errors.js'
import { attachAuth } from './attach-auth.js'
import { createFakeClient, type FakeClient } from './testing/fake-client.js'

const listed = 'http://127.0.0.1:1/v1'

// the engine's own chunk is there before time stands still
beforeEach(async () => {
  await import('../../core/src/flows/recover-request.js')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

type Answer = 'judged' | '401' | '403' | '500' | 'network'
type RefreshOutcome = 'granted' | 'refused' | 'postponed' | 'granted to another'

interface RequestPlan {
  readonly url: string
  readonly method: 'get' | 'post'
  readonly access: AxiosRequestConfig['access']
  readonly isStream: boolean
  readonly end: 'none' | 'signal' | 'cancel token' | 'timeout'
  readonly answers: readonly [Answer, Answer]
}

interface Trial {
  readonly plan: RequestPlan
  /** Who was here when it began. */
  person: string | undefined
  /** The tokens of its sends. */
  readonly sends: (string | undefined)[]
  /** How often it had been sent when it was ended. */
  sendsAtEnd: number | undefined
  settled: number
  outcome: unknown
  end(): void
}

it('sends each request at most twice, settles it once, and never with a token it should not carry', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(anyPlan(), { minLength: 1, maxLength: 7 }),
      fc.array(anyRefreshOutcome(), { minLength: 4, maxLength: 4 }),
      fc.array(anyEvent(), { maxLength: 6 }),
      async (scheduler, plans, outcomes, events) => {
        let refreshes = 0
        const client: FakeClient = createFakeClient({
          resources: [{ url: listed }],
          refresh: async () => {
            const outcome = outcomes[refreshes++ % outcomes.length]!
            await scheduler.schedule(Promise.resolve(), `refresh ${outcome}`)
            if (outcome === 'refused') throw new SessionEndedError('refresh-token-refused', 'Over.')
            if (outcome === 'postponed') throw new RefreshPostponedError('offline', 'Later.')
            if (outcome === 'granted to another') client.person = 'grace'
          },
        })
        const trials = plans.map(trialOf)
        const adapter: AxiosAdapter = async (config) => {
          const trial = trials[Number(/(\d+)$/.exec(config.url!)![1])]!
          const token = config.headers.get('authorization') as string | undefined
          const answer = trial.plan.answers[Math.min(trial.sends.push(token), 2) - 1]!
          await scheduler.schedule(Promise.resolve(), `answer ${answer}`)
          if (answer === 'network') throw new AxiosError('Network Error', 'ERR_NETWORK', config)
          const status =
            answer === 'judged' ? (token === `Bearer ${client.token}` ? 200 : 401) : Number(answer)
          const response = { status, statusText: '', headers: {}, data: '', config }
          if (status === 200) return response
          throw new AxiosError('refused', 'ERR_BAD_REQUEST', config, null, response)
        }
        const api = axios.create({ adapter })
        attachAuth(api, client.auth)

        const running = trials.map((trial, index) =>
          scheduler
            .schedule(Promise.resolve(), `begin ${index}`)
            .then(() => begin(api, trial, index, client)),
        )
        for (const event of events)
          void scheduler.schedule(Promise.resolve(), `${event}`).then(() => {
            if (event === 'expire') client.expire()
            else if (event === 'time passes') vi.advanceTimersByTime(60)
            else if (event === 'other person') client.person = 'grace'
            else trials[event % trials.length]!.end()
          })
        await scheduler.waitFor(Promise.all(running))
        for (const trial of trials) check(trial, client)
        expect(client.waiting).toBe(0)
        expect(vi.getTimerCount()).toBe(0)
      },
    ),
    { numRuns: 1000 },
  )
}, 60_000)

function begin(
  api: ReturnType<typeof axios.create>,
  trial: Trial,
  index: number,
  client: FakeClient,
): Promise<void> {
  const { url, method, access, isStream, end } = trial.plan
  const controller = new AbortController()
  const source = axios.CancelToken.source()
  trial.person = client.person
  trial.end = () => {
    if (end === 'signal') controller.abort()
    if (end === 'cancel token') source.cancel('enough')
    if (end === 'signal' || end === 'cancel token') trial.sendsAtEnd ??= trial.sends.length
  }
  const settle = (outcome: unknown) => {
    trial.settled++
    trial.outcome = outcome
  }
  return api
    .request({
      url: `${url}${index}`,
      method,
      access,
      ...(isStream && { data: new ReadableStream(), transformRequest: [] }),
      ...(end === 'signal' && { signal: controller.signal }),
      ...(end === 'cancel token' && { cancelToken: source.token }),
      ...(end === 'timeout' && { timeout: 100 }),
    })
    .then(settle, settle)
}

function check({ plan, person, sends, sendsAtEnd, settled, outcome }: Trial, client: FakeClient) {
  const isListed = plan.url.startsWith(listed)
  const mayReplay = !plan.isStream && !(plan.access && plan.access.replay === false)
  expect(settled).toBe(1)
  expect(sends.length).toBeLessThanOrEqual(isListed && plan.access !== false && mayReplay ? 2 : 1)
  for (const token of sends) {
    if (!isListed || plan.access === false) expect(token).toBeUndefined()
    else if (token !== undefined && person !== undefined)
      expect(token).toMatch(new RegExp(`-${person}$`))
  }
  // what was sent twice was sent with two tokens
  expect(new Set(sends).size).toBe(sends.length)
  if (sendsAtEnd !== undefined) expect(sends.length).toBe(sendsAtEnd)
  const shown = outcome as Partial<AxiosError>
  for (const token of client.tokens)
    expect(JSON.stringify([shown.config?.headers, shown.response?.config.headers])).not.toContain(
      token,
    )
}

function trialOf(plan: RequestPlan): Trial {
  return {
    plan,
    person: undefined,
    sends: [],
    sendsAtEnd: undefined,
    settled: 0,
    outcome: undefined,
    end() {},
  }
}

function anyPlan(): fc.Arbitrary<RequestPlan> {
  const answer = fc.oneof(
    { weight: 4, arbitrary: fc.constant<Answer>('judged') },
    fc.constantFrom<Answer>('401', '403', '500', 'network'),
  )
  return fc.record({
    url: fc.oneof(
      { weight: 5, arbitrary: fc.constant(`${listed}/`) },
      fc.constantFrom(
        'http://127.0.0.1:1/v2/',
        'http://127.0.0.1:2/v1/',
        'http://127.0.0.1:1@evil.test/v1/',
      ),
    ),
    method: fc.constantFrom('get', 'post'),
    access: fc.oneof(
      { weight: 4, arbitrary: fc.constant(undefined) },
      fc.constantFrom(false as const, { replay: false }, { required: false }),
    ),
    isStream: fc.nat(4).map((n) => n === 0),
    end: fc.constantFrom('none', 'signal', 'cancel token', 'timeout'),
    answers: fc.tuple(answer, answer),
  })
}

function anyRefreshOutcome(): fc.Arbitrary<RefreshOutcome> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant<RefreshOutcome>('granted') },
    fc.constantFrom<RefreshOutcome>('refused', 'postponed', 'granted to another'),
  )
}

/** A number ends the request of that index. */
function anyEvent(): fc.Arbitrary<'expire' | 'time passes' | 'other person' | number> {
  return fc.oneof(
    fc.constantFrom('expire' as const, 'time passes' as const, 'other person' as const),
    fc.nat(6),
  )
}
