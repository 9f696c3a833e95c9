import type { CDPSession, Page } from 'playwright-core'
import { interceptorContenders, type ContenderPage } from '../lib/contenders.js'
import { chosen, rowOrReason, scaled, type Cell, type Measure } from '../lib/measure.js'
import { countingScript, countResources, type ResourceCounts } from '../lib/resource-counts.js'
import { signedInPage, untilSignedIn } from '../lib/sign-in.js'
import { openStage, type Stage } from '../lib/stage.js'

interface Work {
  name: string
  full: number
  /** Does it so many times. */
  run(page: Page, times: number): Promise<unknown>
}

export const memory: Measure = {
  name: 'memory',
  title: 'What stays behind',
  about:
    'The heap after two garbage collections (CDP), live listeners, timers, channels, locks and stored records (all storages), when a tenth ' +
    'of the work is done and when all of it is.',
  goal: 'flat: no growth after warm-up, one timer, one channel',
  async run(options) {
    const rows: Record<string, Cell>[] = []
    const stage = await openStage()
    const works = worksOn(stage)
    const contenders = interceptorContenders.filter(({ file }) =>
      ['latchkey', 'hand-written'].includes(file),
    )
    try {
      for (const contender of chosen(contenders, options))
        for (const work of works) {
          const times = scaled(options, work.full, 10)
          const row = await rowOrReason(contender.title, () =>
            measureOne(stage, contender, work, times),
          )
          rows.push({ after: `${times} ${work.name}`, ...row })
          options.log(JSON.stringify(rows.at(-1)))
        }
    } finally {
      await stage.close()
    }
    return { rows, settings: { scale: options.scale } }
  },
}

function worksOn(stage: Stage): Work[] {
  return [
    {
      name: 'refreshes',
      full: 1000,
      run: (page, times) =>
        page.evaluate(async (count) => {
          for (let n = 0; n < count; n++) {
            const { error } = await window.session.tokenAfterRefusalAt(0, 'refused')
            if (error !== undefined) throw new Error(error)
          }
        }, times),
    },
    {
      name: 'requests',
      full: 10_000,
      run: (page, times) =>
        page.evaluate((count) => window.requests.block('/api/plain', count, 10), times),
    },
    {
      name: 'sign-ins',
      full: 1000,
      async run(page, times) {
        const name = new URL(page.url()).pathname.split('/')[1] ?? ''
        for (let n = 0; n < times; n++) {
          const before = stage.app.servedAt.get(name) ?? 0
          await page.evaluate(() => window.session.signIn())
          // the person is known to the issuer by now: it sends them straight back
          while (stage.app.servedAt.get(name) === before) await page.waitForTimeout(5)
          await untilSignedIn(page)
        }
      },
    },
  ]
}

async function measureOne(
  stage: Stage,
  contender: ContenderPage,
  work: Work,
  times: number,
): Promise<Record<string, Cell>> {
  const { context, page } = await signedInPage(stage, contender, countingScript)
  try {
    const session: CDPSession = await context.newCDPSession(page)
    await session.send('Performance.enable')
    await page.evaluate(() => window.requests.ready)
    const warmUp = Math.ceil(times / 10)
    await work.run(page, warmUp)
    const before = await settled(page, session)
    await work.run(page, times - warmUp)
    const after = await settled(page, session)
    const names = Object.keys(before) as (keyof ResourceCounts)[]
    return Object.fromEntries(names.map((name) => [name, `${before[name]} → ${after[name]}`]))
  } finally {
    await context.close()
  }
}

/** Once what a page does by itself after a while is done. */
async function settled(page: Page, session: CDPSession): Promise<ResourceCounts> {
  await page.waitForTimeout(1500)
  return countResources(page, session)
}
