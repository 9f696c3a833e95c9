// What a piece of work in a page leaves behind: timers and listeners made since a mark and still alive.
import { expect, type BrowserContext, type Page } from '@playwright/test'

interface Watched {
  /** Forgets what is there already. */
  mark(): void
  list(): string[]
  /** How many timers of this length have fired. */
  fired(ms: number): number
}

/** Watches pages that are opened from now on. */
export async function watchLeftovers(context: BrowserContext): Promise<void> {
  await context.addInitScript(watch)
}

export async function markLeftovers(page: Page): Promise<void> {
  await page.evaluate(() => (window as unknown as { leftovers: Watched }).leftovers.mark())
}

export async function leftoversOf(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { leftovers: Watched }).leftovers.list())
}

/** Waits until a timer of this length has fired in the page once more, begun after now. */
export async function untilTimerFires(page: Page, ms: number): Promise<void> {
  const fired = () =>
    page.evaluate((ms) => (window as unknown as { leftovers: Watched }).leftovers.fired(ms), ms)
  const before = await fired()
  // the first may have been under way
  await expect.poll(fired).toBeGreaterThanOrEqual(before + 2)
}

/** Runs in every page before its own code. */
function watch(): void {
  const timers = new Map<number, string>()
  const fired: (number | undefined)[] = []
  const listeners = new Map<object, Map<unknown, string>>()
  const later = window.setTimeout.bind(window)
  const cancel = window.clearTimeout.bind(window)
  window.setTimeout = ((work: () => void, ms?: number) => {
    const id = later(() => {
      timers.delete(id)
      fired.push(ms)
      work()
    }, ms)
    timers.set(id, `timer of ${ms} ms`)
    return id
  }) as typeof window.setTimeout
  window.clearTimeout = (id) => {
    timers.delete(Number(id))
    cancel(id)
  }
  const every = window.setInterval.bind(window)
  window.setInterval = ((work: () => void, ms?: number) => {
    const id = every(work, ms)
    timers.set(id, `interval of ${ms} ms`)
    return id
  }) as typeof window.setInterval
  window.clearInterval = window.clearTimeout

  const { addEventListener, removeEventListener } = EventTarget.prototype
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const known = listeners.get(this)
    const own = known ?? new Map<unknown, string>()
    // a signal that has fired calls nobody again
    if (!known && this instanceof AbortSignal)
      addEventListener.call(this, 'abort', () => void listeners.delete(this))
    listeners.set(this, own.set(listener, `${type} listener of ${this.constructor.name}`))
    const rules = typeof options === 'object' ? options : {}
    const forget = () => own.delete(listener)
    if (rules.once) addEventListener.call(this, type, forget, { once: true })
    if (rules.signal) addEventListener.call(rules.signal, 'abort', forget, { once: true })
    addEventListener.call(this, type, listener, options)
  }
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    listeners.get(this)?.delete(listener)
    removeEventListener.call(this, type, listener, options)
  }

  ;(window as unknown as { leftovers: Watched }).leftovers = {
    fired: (ms) => fired.filter((length) => length === ms).length,
    mark() {
      timers.clear()
      listeners.clear()
    },
    list: () => [
      ...timers.values(),
      ...[...listeners.values()].flatMap((own) => [...own.values()]),
    ],
  }
}
