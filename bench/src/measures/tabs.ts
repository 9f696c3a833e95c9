import type { BrowserContext, Page } from 'playwright-core'
import type { DevIssuer } from '@latchkey/dev-issuer'
import type { TabOutcome } from '../pages/bench-window.js'
import { sessionContenders, type ContenderPage } from '../lib/contenders.js'
import { chosen, rowOrReason, scaled, type Cell, type Measure } from '../lib/measure.js'
import { shiftableClock } from '../lib/shiftable-clock.js'
import { homeOf, signedInPage, untilSignedIn } from '../lib/sign-in.js'
import { openStage, type Stage } from '../lib/stage.js'
import { median, quantile, rounded } from '../lib/statistics.js'

type Kind = 'refused' | 'expired'

interface Round {
  tokenCalls: number
  /** The issuer saw a used refresh token and revoked the session. */
  isDead: boolean
  /** Tabs that got no token. */
  without: number
  /** Until the last tab had its token. */
  ms: number
}

/** How many rounds a full run takes, by the number of tabs; the first is the one the goal names. */
const roundsOf = new Map([
  [16, 100],
  [1, 20],
  [2, 20],
  [4, 20],
  [8, 20],
  [32, 10],
])
const roundsOfPeers = 10
const lifetimeSeconds = 600

export const tabs: Measure = {
  name: 'tabs',
  title: 'Tabs that want a token at once',
  about:
    'One session, so many tabs of one Chromium, all asking in the same millisecond, against oidc-provider with rotation, reuse detection ' +
    'and no grace. refused: an API has refused the token they hold; expired: its time is over. Dead: rounds after which the issuer has ' +
    'revoked the session because a used refresh token came back. Time: until the last tab has its token.',
  goal: '1 token call, 0 dead in 100 rounds of 16 tabs; time ≤ 1.1 × the reference',
  comparison: {
    columns: ['token calls', 'time (ms)'],
    within: ['tabs', 'want'],
    counts: (row) => row['dead sessions'] === 0 && row['tabs without a token'] === 0,
  },
  async run(options) {
    const rows: Record<string, Cell>[] = []
    const stage = await openStage({ accessTokenLifetimeSeconds: lifetimeSeconds })
    try {
      for (const [count, fullRounds] of roundsOf)
        for (const kind of ['refused', 'expired'] as const)
          for (const contender of chosen(sessionContenders, options)) {
            const isMain = ['latchkey', 'reference'].includes(contender.file)
            // who loses the session in every round shows it in a few; "expired" is the same path for us
            if (!isMain && count !== 16) continue
            const full = !isMain ? roundsOfPeers : kind === 'expired' ? 10 : fullRounds
            const row = await rowOrReason(contender.title, async () =>
              summary(await runRounds(stage, contender, count, kind, scaled(options, full))),
            )
            rows.push({ tabs: count, want: kind, ...row })
            options.log(JSON.stringify(rows.at(-1)))
          }
    } finally {
      await stage.close()
    }
    return {
      rows,
      settings: { roundsAt16: scaled(options, 100), roundsOfPeers: scaled(options, roundsOfPeers) },
      notes: [
        'oidc-spa and keycloak-js keep no session that tabs share: every tab has a sign-in of its own, refreshed by itself.',
      ],
    }
  },
}

async function runRounds(
  stage: Stage,
  contender: ContenderPage,
  count: number,
  kind: Kind,
  rounds: number,
): Promise<Round[]> {
  const issuer = stage.issuerOf(contender)
  const done: Round[] = []
  let group: { context: BrowserContext; pages: Page[] } | undefined
  try {
    for (let round = 0; round < rounds; round++) {
      group ??= await openTabs(stage, contender, count)
      const outcome = await runRound(issuer, group.pages, kind)
      done.push(outcome)
      // a dead session cannot be asked again, and a moved clock is no longer the issuer's
      if (outcome.isDead || outcome.without > 0 || kind === 'expired') {
        await group.context.close()
        group = undefined
      }
    }
  } finally {
    await group?.context.close()
  }
  return done
}

async function openTabs(stage: Stage, contender: ContenderPage, count: number) {
  const { context, page } = await signedInPage(stage, contender, shiftableClock)
  const pages = [page]
  while (pages.length < count) {
    const tab = await context.newPage()
    await tab.goto(homeOf(stage, contender))
    await untilSignedIn(tab)
    pages.push(tab)
  }
  // what a page loads by itself a little later is loaded
  await page.waitForTimeout(400)
  return { context, pages }
}

async function runRound(issuer: DevIssuer, pages: Page[], kind: Kind): Promise<Round> {
  issuer.clearEvents()
  issuer.expireAccessTokens()
  const detectionsBefore = issuer.reuseDetections
  const at = Date.now() + 200 + 80 * pages.length
  if (kind === 'expired') {
    const shift = { ms: lifetimeSeconds * 1000, at: at - 5 }
    await Promise.all(
      pages.map((page) => page.evaluate((it) => window.shiftClock(it.ms, it.at), shift)),
    )
  }
  const outcomes: TabOutcome[] = await Promise.all(
    pages.map((page) =>
      page.evaluate((it) => window.session.tokenAfterRefusalAt(it.at, it.kind), { at, kind }),
    ),
  )
  const refreshes = issuer.tokenRequests.filter(({ grantType }) => grantType === 'refresh_token')
  return {
    tokenCalls: refreshes.length,
    isDead: issuer.reuseDetections > detectionsBefore,
    without: outcomes.filter(({ token }) => token === undefined).length,
    ms: Math.max(...outcomes.map(({ ms }) => ms)),
  }
}

function summary(rounds: readonly Round[]): Record<string, Cell> {
  const calls = rounds.map(({ tokenCalls }) => tokenCalls)
  const times = rounds.map(({ ms }) => ms)
  return {
    rounds: rounds.length,
    'token calls': Math.max(...calls),
    'dead sessions': rounds.filter(({ isDead }) => isDead).length,
    'tabs without a token': rounds.reduce((sum, { without }) => sum + without, 0),
    'time (ms)': rounded(median(times)),
    'p95 (ms)': rounded(quantile(times, 0.95)),
  }
}
