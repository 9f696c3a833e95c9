import type { FaultyEndpoint, IssuerEvent } from '@latchkey/dev-issuer'
import { sessionContenders, type ContenderPage } from '../lib/contenders.js'
import { chosen, rowOrReason, scaled, type Measure, type MeasureOptions } from '../lib/measure.js'
import { homeOf, untilSignedIn } from '../lib/sign-in.js'
import { openStage, type Stage } from '../lib/stage.js'
import { median, rounded } from '../lib/statistics.js'

const latencyMs = 300
const delayed: FaultyEndpoint[] = ['discovery', 'jwks', 'token', 'userinfo', 'authorization']
/** Read in their sources: who checks the ID token against the issuer's keys. */
const checksSignature = new Set(['latchkey', 'okta-auth-js'])

export const callback: Measure = {
  name: 'callback',
  title: 'From the callback to the token',
  about:
    `Every endpoint of the issuer answers ${latencyMs} ms late. Counted from the moment the callback page is served until its token is ` +
    'there: the longest chain of requests of which each began after the one before it had been answered.',
  goal: '1 round trip, with the signature checked',
  comparison: { columns: ['serial round trips', 'time (ms)'] },
  async run(options) {
    const stage = await openStage()
    const rows = []
    try {
      for (const contender of chosen(sessionContenders, options)) {
        const row = await rowOrReason(contender.title, () => measureOne(stage, contender, options))
        options.log(JSON.stringify(row))
        rows.push(row)
      }
    } finally {
      await stage.close()
    }
    return {
      rows,
      settings: { latencyMs, signIns: scaled(options, 5) },
      notes: [
        'A CORS preflight is one more round trip, unless the browser remembers an earlier one; it is counted in a column of its own.',
        'The time holds the work in the page as well, on this machine.',
      ],
    }
  },
}

async function measureOne(stage: Stage, contender: ContenderPage, options: MeasureOptions) {
  const issuer = stage.issuerOf(contender)
  const depths: number[] = []
  const times: number[] = []
  let preflights = 0
  let requests: string[] = []
  for (let round = 0; round < scaled(options, 5); round++) {
    const context = await stage.browser.newContext()
    const page = await context.newPage()
    await page.goto(homeOf(stage, contender))
    await page.evaluate(() => window.session.opened)
    await page.evaluate(() => window.session.signIn())
    const button = page.locator('button[name=login][value=ada]')
    await button.waitFor()
    const before = stage.app.servedAt.get(contender.name) ?? 0
    for (const endpoint of delayed)
      issuer.faults.add(endpoint, { kind: 'delay', delayMs: latencyMs })
    issuer.clearEvents()
    let servedAt = before
    await button.click()
    // until the page of the app is served again: everything before it is the redirect's
    while (servedAt === before) {
      await page.waitForTimeout(5)
      servedAt = stage.app.servedAt.get(contender.name) ?? 0
    }
    await untilSignedIn(page)
    const endedAt = Date.now()
    issuer.faults.clear()
    const after = issuer.events.filter((event) => event.at >= servedAt && event.at < endedAt)
    const real = after.filter(({ method }) => method !== 'OPTIONS')
    depths.push(longestChain(real))
    preflights = Math.max(preflights, after.length - real.length)
    requests = real.map(({ endpoint }) => endpoint)
    times.push(endedAt - servedAt)
    await context.close()
  }
  return {
    'serial round trips': Math.max(...depths),
    preflights,
    requests: requests.join(' '),
    'time (ms)': rounded(median(times)),
    'checks the signature': checksSignature.has(contender.file) ? 'yes' : 'no',
  }
}

/** The most requests of which each began after the one before it had ended: take the one that ends first, again and again. */
function longestChain(events: readonly IssuerEvent[]): number {
  const byEnd = events
    .map(({ at, endedAt = Infinity }) => ({ at, endedAt }))
    .sort((a, b) => a.endedAt - b.endedAt)
  let depth = 0
  let freeAt = 0
  for (const { at, endedAt } of byEnd) {
    if (at < freeAt) continue
    depth++
    freeAt = endedAt
  }
  return depth
}
