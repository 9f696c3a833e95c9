import type { StormKind, StormOutcome } from '../pages/bench-window.js'
import { interceptorContenders, type ContenderPage } from '../lib/contenders.js'
import { chosen, rowOrReason, scaled, type Cell, type Measure } from '../lib/measure.js'
import { shiftableClock } from '../lib/shiftable-clock.js'
import { signedInPage } from '../lib/sign-in.js'
import { openStage, type Stage } from '../lib/stage.js'
import { stormApi, type StormApi } from '../lib/storm-api.js'
import { median, rounded } from '../lib/statistics.js'

const kinds: StormKind[] = ['revoked', 'expired', 'late', 'refused']
const lifetimeSeconds = 60

interface Round extends StormOutcome {
  refreshes: number
}

export const storm: Measure = {
  name: 'storm',
  title: 'A storm of requests that meet a dead token',
  about:
    'Requests by axios in one page, all begun in one tick. revoked: the API refuses the token; expired: the client can know that its time is ' +
    'over; late: every third refusal is held until a request with the new token has been answered; refused: the session is over too. ' +
    'Lost: without the answer it should have (200; in "refused" its own 401). Over the limit: the time, divided by what bare axios needs ' +
    'for the same requests with one refresh by hand between them.',
  goal: '1 refresh, 0 lost, no slower than the hand-written one, in all four',
  comparison: {
    columns: ['refreshes', 'time (ms)'],
    within: ['case'],
    counts: ({ lost, refreshes }) => lost === 0 && Number(refreshes) > 0,
  },
  async run(options) {
    const stage = await openStage({ accessTokenLifetimeSeconds: lifetimeSeconds })
    const api = stormApi(stage)
    const count = scaled(options, 1000, 20)
    const rounds = scaled(options, 7)
    const rows: Record<string, Cell>[] = []
    try {
      for (const kind of kinds) {
        const bare = interceptorContenders.find(({ file }) => file === 'bare-axios')
        const limits: number[] = []
        const taken = chosen(interceptorContenders, options).filter((page) => page !== bare)
        const outcomes = new Map(taken.map((page) => [page, [] as Round[]]))
        const reasons = new Map<ContenderPage, string>()
        // in turn, so that a slow minute of the machine hits all
        for (let round = 0; round < rounds; round++) {
          await rowOrReason('limit', async () => {
            if (bare) limits.push((await runStorm(stage, api, bare, kind, count)).ms)
            return {}
          })
          for (const page of taken) {
            const tried = await rowOrReason(page.title, async () => {
              outcomes.get(page)?.push(await runStorm(stage, api, page, kind, count))
              return {}
            })
            if (tried['failed']) reasons.set(page, String(tried['failed']))
          }
        }
        for (const [page, done] of outcomes) {
          const row = { case: kind, contender: page.title, ...summary(done, limits, kind, count) }
          const reason = reasons.get(page)
          rows.push(reason ? { ...row, failed: reason } : row)
          options.log(JSON.stringify(rows.at(-1)))
        }
      }
    } finally {
      await stage.close()
    }
    return {
      rows,
      settings: { requests: count, rounds },
      notes: [
        'Refreshes and lost requests are the worst of the rounds, times the median.',
        'axios-jwt looks only at the expiry in the token and knows no 401. supertokens-website talks to a backend of its own kind, and its token is opaque to it: it learns of "expired" by the 401, too.',
      ],
    }
  },
}

async function runStorm(
  stage: Stage,
  api: StormApi,
  contender: ContenderPage,
  kind: StormKind,
  count: number,
): Promise<Round> {
  const issuer = stage.issuerOf(contender)
  const { context, page } = await signedInPage(stage, contender, shiftableClock)
  try {
    await page.evaluate(() => window.requests.ready)
    // a path that has answered before, and code that is loaded: the storm is not the first request of the page
    if (contender.file !== 'bare-axios')
      await page.evaluate(() => window.requests.storm('/api/s', 1))
    await page.waitForTimeout(500)
    issuer.clearEvents()
    // by hand nobody refreshes before the last refusal is there: to hold some would only wait
    api.begin(kind === 'late' && contender.file === 'bare-axios' ? 'revoked' : kind)
    issuer.expireAccessTokens()
    if (kind === 'refused') issuer.revokeSession()
    if (kind === 'expired')
      await page.evaluate((ms) => window.shiftClock(ms), (lifetimeSeconds + 1) * 1000)
    const wanted = { count, kind }
    const outcome: StormOutcome = await page.evaluate(
      (it) =>
        location.pathname.startsWith('/bare-axios')
          ? window.requests.limit('/api/s', it.count, it.kind)
          : window.requests.storm('/api/s', it.count),
      wanted,
    )
    return {
      ...outcome,
      refreshes: issuer.counters.refreshGrants + refusedRefreshes() + api.refreshes(),
    }
  } finally {
    api.end()
    await context.close()
  }

  function refusedRefreshes(): number {
    return issuer.tokenRequests.filter(
      ({ grantType, result }) => grantType === 'refresh_token' && result !== 'granted',
    ).length
  }
}

function summary(
  rounds: readonly Round[],
  limits: readonly number[],
  kind: StormKind,
  count: number,
): Record<string, Cell> {
  if (rounds.length === 0) return {}
  const right = kind === 'refused' ? '401' : '200'
  const ms = median(rounds.map((round) => round.ms))
  return {
    refreshes: Math.max(...rounds.map(({ refreshes }) => refreshes)),
    lost: Math.max(...rounds.map(({ counts }) => count - (counts[right] ?? 0))),
    'time (ms)': rounded(ms),
    'limit (ms)': rounded(median(limits)),
    'over the limit': rounded(ms / median(limits)),
  }
}
