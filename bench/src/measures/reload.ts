import type { BrowserContext, Page } from 'playwright-core'
import { sessionContenders, type ContenderPage } from '../lib/contenders.js'
import {
  chosen,
  rowOrReason,
  scaled,
  type Cell,
  type Measure,
  type MeasureOptions,
} from '../lib/measure.js'
import { homeOf, signedInPage, untilSignedIn } from '../lib/sign-in.js'
import { openStage, type Stage } from '../lib/stage.js'
import { median, quantile, rounded } from '../lib/statistics.js'

export const reload: Measure = {
  name: 'reload',
  title: 'From a reload to the token',
  about:
    'A signed-in page is loaded again. Provider requests until the token is there, and the time from the first line of the app (its ' +
    'scripts are loaded) to the token. The last column divides by one bare IndexedDB open and read of a record of that size, in a page of ' +
    'its own, loaded in turn.',
  goal: '0 requests; ≤ 1.1 × one bare IndexedDB open and read',
  comparison: { columns: ['provider requests', 'to the token (ms)'] },
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
    return { rows, settings: { reloads: scaled(options, 40, 3) } }
  },
}

async function measureOne(stage: Stage, contender: ContenderPage, options: MeasureOptions) {
  const { context, page } = await signedInPage(stage, contender)
  const issuer = stage.issuerOf(contender)
  const bare = await openBarePage(context, stage)
  const times: number[] = []
  const bareTimes: number[] = []
  let requests = 0
  try {
    const reloads = scaled(options, 40, 3)
    // the first one fills the browser's caches
    for (let round = 0; round <= reloads; round++) {
      issuer.clearEvents()
      await page.goto(homeOf(stage, contender))
      await untilSignedIn(page)
      const seen = issuer.events.filter(({ method }) => method !== 'OPTIONS').length
      const { tokenMs } = await page.evaluate(() => window.session.opened)
      const bareMs = await timeBareRead(bare)
      if (round === 0) continue
      requests = Math.max(requests, seen)
      times.push(tokenMs)
      bareTimes.push(bareMs)
    }
  } finally {
    await context.close()
  }
  const row: Record<string, Cell> = {
    'provider requests': requests,
    'to the token (ms)': rounded(median(times)),
    'p90 (ms)': rounded(quantile(times, 0.9)),
    'bare IndexedDB (ms)': rounded(median(bareTimes)),
    'ratio to it': rounded(median(times.map((ms, n) => ms / (bareTimes[n] ?? Number.NaN)))),
  }
  return row
}

/** A page without scripts, whose database holds one record about as large as a session. */
async function openBarePage(context: BrowserContext, stage: Stage): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${stage.app.origin}/bare-axios/silent`)
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('bench-bare', 1)
        opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore('records'))
        opening.addEventListener('error', () => reject(opening.error))
        opening.addEventListener('success', () => {
          const { result } = opening
          const writing = result.transaction('records', 'readwrite')
          writing.objectStore('records').put({ text: 'x'.repeat(2500) }, 'session')
          writing.addEventListener('complete', () => {
            result.close()
            resolve()
          })
        })
      }),
  )
  return page
}

async function timeBareRead(page: Page): Promise<number> {
  await page.reload()
  return page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const startedAt = performance.now()
        const opening = indexedDB.open('bench-bare', 1)
        opening.addEventListener('error', () => reject(opening.error))
        opening.addEventListener('success', () => {
          const { result } = opening
          const reading = result.transaction('records').objectStore('records').get('session')
          reading.addEventListener('success', () => {
            resolve(performance.now() - startedAt)
            result.close()
          })
        })
      }),
  )
}
