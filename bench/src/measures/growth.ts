import type { BrowserContext, Page } from 'playwright-core'
import { growingLatchkey, interceptorContenders, type ContenderPage } from '../lib/contenders.js'
import {
  rowOrReason,
  scaled,
  type Cell,
  type Measure,
  type MeasureOptions,
} from '../lib/measure.js'
import { homeOf, signIn, signedInPage, untilSignedIn } from '../lib/sign-in.js'
import { openStage, type Stage } from '../lib/stage.js'
import { median, quantile, rounded } from '../lib/statistics.js'

const mostResources = 20

export const growth: Measure = {
  name: 'growth',
  title: 'How cost grows',
  about:
    'Latchkey alone. In flight: a storm of that many requests whose token is refused, per request, beside bare axios sending the same. ' +
    'Resources: so many APIs with tokens of their own; the time to get all of them at once, and the own cost of a request to the last. ' +
    'Sessions: so many clients signed in on this origin; from a reload to the token. Tabs are in the measure "tabs".',
  async run(options) {
    const stage = await openStage({
      resources: Array.from({ length: mostResources }, (_, n) => ({
        identifier: `urn:bench:r${n}`,
      })),
    })
    const rows: Record<string, Cell>[] = []
    const add = async (what: string, work: () => Promise<Record<string, Cell>>) => {
      const { contender: _, ...row } = await rowOrReason('Latchkey', work)
      rows.push({ growing: what, ...row })
      options.log(JSON.stringify(rows.at(-1)))
    }
    try {
      stage.app.api = ({ headers }, response) => {
        const token = headers.authorization?.replace(/^Bearer /, '') ?? ''
        const page = interceptorContenders[0] as ContenderPage
        response.writeHead(stage.issuerOf(page).isAccessTokenAlive(token) ? 200 : 401).end('{}')
      }
      const most = scaled(options, 10_000, 10)
      for (const count of [1, 10, 100, 1000, 10_000].filter((n) => n <= most))
        await add(`${count} requests in flight`, () => inFlight(stage, count))
      for (const count of [1, 5, 10, mostResources])
        await add(`${count} resources`, () => resources(stage, count))
      for (const count of [1, 3, 10])
        await add(`${count} sessions stored`, () => sessions(stage, count, options))
    } finally {
      await stage.close()
    }
    return { rows, settings: { reloads: scaled(options, 20, 3) } }
  },
}

async function inFlight(stage: Stage, count: number): Promise<Record<string, Cell>> {
  const perRequest: number[] = []
  let refreshes = 0
  for (const file of ['latchkey', 'bare-axios']) {
    const contender = interceptorContenders.find((page) => page.file === file) as ContenderPage
    const issuer = stage.issuerOf(contender)
    const { context, page } = await signedInPage(stage, contender)
    await page.evaluate(() => window.requests.ready)
    if (file === 'latchkey') await page.evaluate(() => window.requests.storm('/api/s', 1))
    issuer.clearEvents()
    issuer.expireAccessTokens()
    const { ms, counts } = await page.evaluate(
      ([n, isBare]) =>
        isBare ? window.requests.limit('/api/s', n, 'revoked') : window.requests.storm('/api/s', n),
      [count, file === 'bare-axios'] as const,
    )
    if (counts['200'] !== count) throw new Error(`not all were answered: ${JSON.stringify(counts)}`)
    if (file === 'latchkey') refreshes = issuer.counters.refreshGrants
    perRequest.push(ms / count)
    await context.close()
  }
  const [own = 0, bare = 0] = perRequest
  return {
    'ms each': rounded(own),
    'bare (ms each)': rounded(bare),
    ratio: rounded(own / bare),
    'token calls': refreshes,
  }
}

async function resources(stage: Stage, count: number): Promise<Record<string, Cell>> {
  const contender = growingLatchkey[0] as ContenderPage
  const issuer = stage.issuerOf(contender)
  const { context, page } = await openWith(stage, contender, { resources: count })
  try {
    await signIn(page)
    issuer.clearEvents()
    const ms = await page.evaluate(async (n) => {
      const startedAt = performance.now()
      const asked = Array.from({ length: n }, (_, i) => window.requests.block(`/api/r${i}/x`, 1, 1))
      await Promise.all(asked)
      return performance.now() - startedAt
    }, count)
    const refreshes = issuer.counters.refreshGrants
    const { microseconds, bareMicroseconds } = await page.evaluate(
      (n) =>
        window.requests.pairs({
          path: `/api/r${n - 1}/x`,
          pairs: 10,
          requestsPerBlock: 500,
          atOnce: 1,
          transport: 'stub',
        }),
      count,
    )
    return {
      'all tokens (ms)': rounded(ms),
      'token calls': refreshes,
      'own cost of a request (µs)': rounded(
        quantile(microseconds, 0.1) - quantile(bareMicroseconds, 0.1),
      ),
    }
  } finally {
    await context.close()
  }
}

async function sessions(
  stage: Stage,
  count: number,
  options: MeasureOptions,
): Promise<Record<string, Cell>> {
  const contender = growingLatchkey[0] as ContenderPage
  const { context, page } = await openWith(stage, contender, { name: 's0' })
  try {
    for (let n = 0; n < count; n++) {
      await setGrowth(page, { name: `s${n}` })
      await page.goto(homeOf(stage, contender))
      const { signedIn } = await page.evaluate(() => window.session.opened)
      if (signedIn) continue
      await page.evaluate(() => window.session.signIn())
      // the first one is asked who they are; later the issuer knows
      if (n === 0) await page.locator('button[name=login][value=ada]').click()
      await untilSignedIn(page)
    }
    const times: number[] = []
    for (let round = 0; round <= scaled(options, 20, 3); round++) {
      await page.goto(homeOf(stage, contender))
      await untilSignedIn(page)
      const { tokenMs } = await page.evaluate(() => window.session.opened)
      if (round > 0) times.push(tokenMs)
    }
    return { 'reload to token (ms)': rounded(median(times)) }
  } finally {
    await context.close()
  }
}

async function openWith(
  stage: Stage,
  contender: ContenderPage,
  growthOptions: object,
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await stage.browser.newContext()
  const page = await context.newPage()
  await page.goto(`${homeOf(stage, contender)}silent`)
  await setGrowth(page, growthOptions)
  await page.goto(homeOf(stage, contender))
  return { context, page }
}

function setGrowth(page: Page, growthOptions: object): Promise<void> {
  return page.evaluate(
    (text) => localStorage.setItem('bench-growth', text),
    JSON.stringify(growthOptions),
  )
}
