import { sessionContenders } from '../lib/contenders.js'
import { chosen, rowOrReason, scaled, type Measure } from '../lib/measure.js'
import { openStage } from '../lib/stage.js'
import { signedInPage } from '../lib/sign-in.js'
import { median, rounded, spread } from '../lib/statistics.js'

export const cachedToken: Measure = {
  name: 'cached-token',
  title: 'A valid token, asked for again',
  about:
    'What an app calls before each request, awaited, with a token that is valid for minutes; per call.',
  goal: '≤ 200 ns',
  comparison: { columns: ['per call (ns)'] },
  async run(options) {
    const stage = await openStage()
    const rounds = scaled(options, 15, 2)
    const rows = []
    try {
      for (const contender of chosen(sessionContenders, options)) {
        const row = await rowOrReason(contender.title, async () => {
          const { context, page } = await signedInPage(stage, contender)
          const perCall: number[] = []
          // the first one lets the browser compile
          for (let round = 0; round <= rounds; round++)
            perCall.push(await page.evaluate(() => window.session.timeCachedToken(100)))
          await context.close()
          const counted = perCall.slice(1)
          return { 'per call (ns)': rounded(median(counted)), 'spread ±': rounded(spread(counted)) }
        })
        options.log(JSON.stringify(row))
        rows.push(row)
      }
    } finally {
      await stage.close()
    }
    return { rows, settings: { rounds, roundMs: 100 } }
  },
}
