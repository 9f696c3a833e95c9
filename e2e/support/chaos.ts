// Random trouble for an issuer and for the tabs of a profile; says afterwards what it did, and when.
import type { Fault, FaultHandle } from '@latchkey/dev-issuer'
import type { Page } from '@playwright/test'
import { crash } from './dying-tabs.js'
import type { Scene } from './scene.js'
import type { Tab } from './tab.js'

export interface Chaos {
  /** Does one thing at random. */
  act(): Promise<void>
  /** No more trouble: the issuer is well again. */
  end(): void
  readonly tabs: readonly Tab[]
  /** How often each kind of trouble was made. */
  readonly counts: Readonly<Record<string, number>>
  /** When a page began to end, and until when what it tells is of no account. */
  readonly ends: readonly PageEnd[]
}

export interface PageEnd {
  readonly page: Page
  readonly from: number
  to: number
}

export interface ChaosOptions {
  readonly tabs: number
  readonly callsPerSecond: number
  readonly random: () => number
}

/** Before the issuer acts nothing is spent; after it, the answer is lost or late. */
const issuerFaults: Record<string, (random: () => number) => Fault> = {
  late: (random) => ({ kind: 'delay', when: 'after', delayMs: random() * 3000 }),
  '503': () => ({ kind: 'status', status: 503 }),
  '429': (random) => ({
    kind: 'status',
    status: 429,
    retryAfterSeconds: 1 + (random() < 0.5 ? 1 : 0),
  }),
  html: () => ({ kind: 'html' }),
  'dropped before': () => ({ kind: 'drop' }),
  'dropped after': () => ({ kind: 'drop', when: 'after' }),
  'cut after': () => ({ kind: 'cut-body', when: 'after' }),
}

const fewestTabs = 4
const farthestMs = 240_000

/** Opens the tabs, with a session and traffic in them. */
export async function startChaos(scene: Scene, options: ChaosOptions): Promise<Chaos> {
  const { random, callsPerSecond } = options
  await scene.context.addInitScript(shiftClock)
  const tabs = [await scene.signIn()]
  while (tabs.length < options.tabs) tabs.push(await scene.openTab())
  for (const tab of tabs) await tab.startTraffic(callsPerSecond)
  const counts: Record<string, number> = {}
  const ends: PageEnd[] = []

  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!

  async function end(tab: Tab, how: () => Promise<unknown>): Promise<void> {
    const entry = { page: tab.page, from: Date.now(), to: Infinity }
    ends.push(entry)
    await how()
    if (!tab.page.isClosed()) entry.to = Date.now()
  }

  async function open(): Promise<void> {
    if (tabs.length >= options.tabs) return
    const tab = await scene.openTab()
    await tab.untilStatus('signed-in')
    await tab.startTraffic(callsPerSecond)
    tabs.push(tab)
  }

  async function reload(): Promise<void> {
    const tab = pick(tabs)
    await end(tab, () => tab.page.reload())
    await tab.untilStatus('signed-in')
    await tab.startTraffic(callsPerSecond)
  }

  function jump(): Promise<void> {
    const offMs = Math.round((random() * 2 - 1) * farthestMs)
    return pick(tabs).page.evaluate((ms) => localStorage.setItem('off by', String(ms)), offMs)
  }

  async function lose(how: (page: Page) => Promise<unknown>): Promise<void> {
    if (tabs.length <= fewestTabs) return open()
    const [tab] = tabs.splice(Math.floor(random() * tabs.length), 1)
    await end(tab!, async () => {
      await how(tab!.page)
      await tab!.page.close()
    })
  }

  let fault: FaultHandle | undefined
  const troubleIssuer = (effect: Fault) => {
    // each meets one request: what piled up would keep the issuer down for good
    if (fault?.hits !== 0) fault = scene.issuer.faults.add('token', effect)
  }

  /** The more often a name stands here, the likelier it is. */
  const actions: readonly (readonly [string, () => unknown])[] = [
    ...Array.from({ length: 8 }, () => ['open', open] as const),
    ['close', () => lose(async () => {})],
    ['close', () => lose(async () => {})],
    ['crash', () => lose(crash)],
    ['crash', () => lose(crash)],
    ['navigate away', () => lose((page) => page.goto(scene.foreign.origin))],
    ['navigate away', () => lose((page) => page.goto(scene.foreign.origin))],
    ['reload', reload],
    ['reload', reload],
    ['clock jump', jump],
    ['told that it is online', () => pick(tabs).tellOnline()],
    ...Object.entries(issuerFaults).map(
      ([name, effect]) =>
        [
          name,
          () => troubleIssuer({ ...effect(random), grantType: 'refresh_token', times: 1 }),
        ] as const,
    ),
  ]

  return {
    tabs,
    counts,
    ends,
    async act() {
      const [name, action] = pick(actions)
      counts[name] = (counts[name] ?? 0) + 1
      await action()
    },
    end: () => scene.issuer.faults.clear(),
  }
}

/** All tabs of a profile have one clock: what it is off by stands in their shared storage. */
function shiftClock(): void {
  const now = Date.now.bind(Date)
  Date.now = () => {
    try {
      return now() + Number(localStorage.getItem('off by'))
    } catch {
      return now()
    }
  }
}
