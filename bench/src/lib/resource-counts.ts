// Counts what a page holds on to: heap, listeners, timers, channels, locks, stored records.
import type { CDPSession, Page } from 'playwright-core'

export interface ResourceCounts {
  'heap (kB)': number
  listeners: number
  timers: number
  channels: number
  locks: number
  records: number
}

/**
 * Runs in the page, before its scripts, and counts live timers and channels. Text, because what compiles this file adds helpers to
 * functions that a page does not have.
 */
export const countingScript = `{
  const timers = new Set()
  let channels = 0
  const { setTimeout: later, clearTimeout: cancel, setInterval: every, clearInterval: stop } = window
  window.setTimeout = (work, ...rest) => {
    const id = later((...values) => { timers.delete(id); return work(...values) }, ...rest)
    timers.add(id)
    return id
  }
  window.setInterval = (...all) => { const id = every(...all); timers.add(id); return id }
  window.clearTimeout = (id) => { timers.delete(id); cancel(id) }
  window.clearInterval = (id) => { timers.delete(id); stop(id) }
  window.BroadcastChannel = class extends BroadcastChannel {
    constructor(name) { super(name); channels++ }
    close() { channels--; super.close() }
  }
  window.countHeld = async () => {
    const { held, pending } = await navigator.locks.query()
    let records = localStorage.length + sessionStorage.length
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise((resolve) => {
        const opening = indexedDB.open(name)
        opening.onsuccess = () => resolve(opening.result)
      })
      for (const store of database.objectStoreNames)
        records += await new Promise((resolve) => {
          const counting = database.transaction(store).objectStore(store).count()
          counting.onsuccess = () => resolve(counting.result)
        })
      database.close()
    }
    return { timers: timers.size, channels, locks: held.length + pending.length, records }
  }
}`

type Held = Pick<ResourceCounts, 'timers' | 'channels' | 'locks' | 'records'>

export async function countResources(page: Page, session: CDPSession): Promise<ResourceCounts> {
  // twice: what the first finds unreachable may hold more
  for (let round = 0; round < 2; round++) await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  const valueOf = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0
  const held = await page.evaluate(() =>
    (window as unknown as { countHeld(): Promise<Held> }).countHeld(),
  )
  return {
    'heap (kB)': Math.round(valueOf('JSHeapUsedSize') / 1000),
    listeners: valueOf('JSEventListeners'),
    ...held,
  }
}
