import type { PairOptions, PairOutcome } from '../pages/bench-window.js'
import { fetchContenders, interceptorContenders, type ContenderPage } from '../lib/contenders.js'
import { chosen, rowOrReason, scaled, type Measure, type MeasureOptions } from '../lib/measure.js'
import { openStage, type Stage } from '../lib/stage.js'
import { signedInPage } from '../lib/sign-in.js'
import { createSuperTokensBackend } from '../lib/supertokens-backend.js'
import { median, quantile, rounded, spread } from '../lib/statistics.js'

const blockSize = 100

export const happyPath: Measure = {
  name: 'happy-path',
  title: 'A request with a valid token',
  about:
    'Ratio of the time of a block of requests to the same block by bare axios (or fetch) with a fixed header, in one page of Chromium, ' +
    'against a local server, in turn; the median of the pairs. Own cost: the same with an answer from memory, what is above bare, per call.',
  goal: 'axios ≤ 1.03 sequential, ≤ 1.02 at 100 at once; fetch ≤ 1.05 and ≤ 10 µs per call',
  comparison: {
    columns: ['sequential', '100 at once', 'own cost (µs)'],
    within: ['transport'],
    counts: ({ contender }) => !String(contender).startsWith('bare'),
  },
  async run(options) {
    const stage = await openStage()
    const backend = createSuperTokensBackend()
    stage.app.api = (request, response) => {
      if (backend.answer(request, response)) return
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')
    }
    const rows = []
    try {
      for (const page of chosen([...interceptorContenders, ...fetchContenders], options)) {
        const { contender, ...measured } = await rowOrReason(page.title, () =>
          measureOne(stage, page, options),
        )
        const row = { contender, transport: page.kind, ...measured }
        options.log(JSON.stringify(row))
        rows.push(row)
      }
    } finally {
      await stage.close()
    }
    return {
      rows,
      settings: { pairs: pairCount(options), requestsPerBlock: blockSize },
      notes: [
        'The rows of bare axios and bare fetch compare them with themselves: how far they are from 1 is what this measure cannot see.',
        'supertokens-website changes the page’s XMLHttpRequest, so its bare axios lives in a frame of its own; it has no own cost here.',
      ],
    }
  },
}

async function measureOne(stage: Stage, contender: ContenderPage, options: MeasureOptions) {
  const { context, page } = await signedInPage(stage, contender)
  try {
    await page.evaluate(() => window.requests.ready)
    const run = (pairOptions: Omit<PairOptions, 'path' | 'pairs'>): Promise<PairOutcome> =>
      page.evaluate((wanted) => window.requests.pairs(wanted), {
        path: '/api/plain',
        pairs: pairCount(options),
        ...pairOptions,
      })
    const sequential = await run({ requestsPerBlock: blockSize, atOnce: 1, transport: 'network' })
    const concurrent = await run({ requestsPerBlock: blockSize, atOnce: 100, transport: 'network' })
    const ownCost =
      contender.file === 'supertokens-website'
        ? undefined
        : await run({ requestsPerBlock: 1000, atOnce: 1, transport: 'stub' })
    return {
      sequential: rounded(median(sequential.ratios)),
      'spread ±': rounded(spread(sequential.ratios)),
      '100 at once': rounded(median(concurrent.ratios)),
      'spread ± ': rounded(spread(concurrent.ratios)),
      'own cost (µs)': ownCost && rounded(ownMicroseconds(ownCost)),
      'bare (µs)': rounded(median(sequential.bareMicroseconds)),
    }
  } finally {
    await context.close()
  }
}

/** Of the fastest tenth of each: what the machine does meanwhile only ever adds. */
function ownMicroseconds({ microseconds, bareMicroseconds }: PairOutcome): number {
  return quantile(microseconds, 0.1) - quantile(bareMicroseconds, 0.1)
}

function pairCount(options: MeasureOptions): number {
  return scaled(options, 60, 3)
}
