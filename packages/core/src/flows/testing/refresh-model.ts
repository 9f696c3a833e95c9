/** Runs one plan of the model: real clients in simulated tabs, everything else on a seeded schedule, and the invariants watched all along. */
import { requestDoor } from '../../auth-client.js'
import { createFakeClock } from '../../environment/testing/fake-clock.js'
import { randomSchedule, seededRandom } from '../../environment/testing/random-schedule.js'
import { AuthError, RefreshPostponedError } from '../../errors.js'
import { pinRequest, requestProtectedResource } from '../request-protected-resource.js'
import { createFindings, readRecord, type Finding, type Findings } from './model-findings.js'
import type { Happening, Plan } from './model-moves.js'
import type { RefreshMoment } from './simulated-authorization-server.js'
import {
  apiUrl,
  createSimulatedWorld,
  names,
  type SimulatedPage,
  type SimulatedWorld,
} from './simulated-world.js'

/** One place in the tab strip, whatever page is in it. */
interface Slot {
  page: SimulatedPage
  /** What brings it back to life at the end. */
  revive: (() => void)[]
  armed: { moment: RefreshMoment; what: 'crash' | 'freeze' } | undefined
  isLeaving: boolean
  isAsleep: boolean
}

/** @param watch - To follow a counterexample step by step; what it returns hears the messages. */
export async function runPlan(
  plan: Plan,
  watch: (world: SimulatedWorld) => (message: unknown) => void = () => () => {},
): Promise<Finding[]> {
  const clock = createFakeClock()
  const random = seededRandom(plan.seed)
  const world = createSimulatedWorld({
    clock,
    random,
    hasLocks: plan.hasLocks,
    schedule: randomSchedule(clock, random, plan.stepMs),
  })
  const { server, browser } = world
  server.lifetimeMs = plan.lifetimeMs
  server.latencyMs = () => Math.floor(random() * plan.latencyMs)
  server.peek = () => browser.store.peek(names.session)
  const findings = createFindings(server)
  browser.store.onWrite(findings.onWrite)
  listenForSecrets(world, findings, watch(world))
  world.storeSession('alice')
  const model = createModel(world, plan, findings)
  for (const { afterMs, tab, what } of plan.moves) {
    if (afterMs) await clock.advance(afterMs)
    model.happen(tab % plan.tabs, what)
  }
  await model.end()
  findings.judgeServer()
  return findings.list
}

function createModel(world: SimulatedWorld, plan: Plan, findings: Findings) {
  const { clock, server, browser } = world
  const snapshots: unknown[] = []
  browser.store.onWrite(({ key, after, tab }) => {
    if (key === names.session && tab !== undefined) snapshots.push(after)
  })
  const waiting = new Map<object, string>()
  const doneSignOuts = new Set<string>()
  let forcedUntilMs = -1
  let hasStoreFaults = false
  let hasJumped = false
  const slots: Slot[] = Array.from({ length: plan.tabs }, () => newSlot())

  function newSlot(): Slot {
    return {
      page: world.openPage(),
      revive: [],
      armed: undefined,
      isLeaving: false,
      isAsleep: false,
    }
  }

  function reopen(slot: Slot, delayMs: number): void {
    slot.revive = []
    slot.armed = undefined
    slot.isAsleep = false
    clock.setTimer(() => {
      if (!slot.page.tab.isOpen) slot.page = world.openPage()
      slot.isLeaving = false
    }, delayMs)
  }

  server.onMoment((moment, tab, refreshToken) => {
    const slot = slots.find(({ page }) => page.tab === tab)
    if (moment === 'before-send') checkNeed(tab.id, refreshToken)
    if (slot?.armed?.moment !== moment) return
    const { what } = slot.armed
    slot.armed = undefined
    if (what === 'freeze') return sleep(slot, 'freeze', 20_000)
    tab.crash()
    reopen(slot, 2000)
  })

  /** Nobody sends a refresh token while the store holds a token that would do for everybody. */
  function checkNeed(tab: string, refreshToken: string): void {
    const record = readRecord(browser.store.peek(names.session))
    const token = record?.state === 'signed-in' ? record.accessTokens[''] : undefined
    if (record?.refreshToken !== refreshToken) return
    // where pages may not know better, or have another opinion of the time
    if (!token?.lifetime || hasStoreFaults || hasJumped) return
    if (clock.monotonic() < forcedUntilMs) return
    const isFresh = clock.now() - token.startedAt < token.lifetime * 0.75 - 1000
    if (isFresh && server.lifeLeftMs(token.value) > 0)
      findings.add('no-needless-refresh', `${tab} refreshed though ${token.value} is fresh`)
  }

  function watchWait(page: SimulatedPage, what: string, promise: Promise<unknown>): void {
    const key = {}
    waiting.set(key, `${page.tab.id}: ${what}`)
    const over = () => waiting.delete(key)
    promise.then(over, over)
    gone.push(() => !page.tab.isOpen && waiting.delete(key))
  }
  const gone: (() => void)[] = []

  function request(page: SimulatedPage): void {
    const { state } = page.auth
    const person = state.status === 'signed-in' ? state.user.sub : undefined
    const pin = pinRequest(page.auth)
    const sent = requestProtectedResource(
      page.auth,
      { url: apiUrl, method: 'GET', pin },
      async ({ authorization = '' }) => {
        const token = authorization.replace('Bearer ', '')
        if (person !== undefined && token && server.userOf(token) !== person)
          findings.add('pinned-to-the-person', `${page.tab.id}: ${person} sent ${token}`)
        return new Response(null, { status: server.lifeLeftMs(token) > 0 ? 200 : 401 })
      },
    )
    watchWait(page, 'request', sent)
  }

  function sleep(slot: Slot, how: 'freeze' | 'block', forMs: number): void {
    const { tab } = slot.page
    if (!plan.hasLocks || slot.isLeaving || slot.isAsleep) return
    slot.isAsleep = true
    if (how === 'freeze') tab.freeze()
    else tab.block()
    wakeLater(slot, forMs, () => {
      slot.isAsleep = false
      if (how === 'freeze') tab.thaw()
      else tab.unblock()
    })
  }

  function wakeLater(slot: Slot, forMs: number, wake: () => void): void {
    let isAwake = false
    const once = () => {
      if (isAwake) return
      isAwake = true
      slot.revive.splice(slot.revive.indexOf(once), 1)
      wake()
    }
    slot.revive.push(once)
    clock.setTimer(once, forMs)
  }

  function signIn(slot: Slot, user: string): void {
    const { page } = slot
    if (slot.isLeaving || slot.revive.length > 0) return
    page.tab.setUserGesture(true)
    page.auth.signIn().catch(() => {})
    slot.isLeaving = true
    clock.setTimer(() => {
      slot.isLeaving = false
      const { destination, isOpen } = page.tab
      if (!isOpen || destination === undefined) return
      const state = new URL(destination).searchParams.get('state') ?? ''
      const url = `/callback?code=${user}&state=${encodeURIComponent(state)}`
      slot.page = world.loadClient(page.tab.navigate(url))
      slot.armed = undefined
    }, 3000)
  }

  function happen(index: number, what: Happening): void {
    const slot = slots[index]!
    const { page } = slot
    const { tab, auth } = page
    if (!tab.isOpen || (slot.isAsleep && isOfTheApp(what))) return
    switch (what.kind) {
      case 'wish':
        return watchWait(page, 'wish', auth.getAccessToken())
      case 'force': {
        // as long as an attempt may last
        forcedUntilMs = clock.monotonic() + 120_000
        const wish = auth.getAccessToken({ forceRefresh: true })
        return watchWait(page, 'force', wish)
      }
      case 'request':
        return request(page)
      case 'api-refuses': {
        const token = readRecord(browser.store.peek(names.session))?.accessTokens['']
        if (token) server.refuse(token.value)
        return request(page)
      }
      case 'sign-out': {
        const { state } = auth
        const record = readRecord(browser.store.peek(names.session))
        if (state.status !== 'signed-in') return
        findings.signedOut(state.user.sub, record)
        const signedOut = auth.signOut()
        const stored = record?.subject === state.user.sub ? record.sessionId : undefined
        // a page that dies in the click may not have got so far
        if (stored !== undefined) void signedOut.then(() => doneSignOuts.add(stored))
        return watchWait(page, 'sign-out', signedOut)
      }
      case 'sign-in':
        return signIn(slot, what.user)
      case 'crash':
      case 'close':
        if (what.kind === 'crash') tab.crash()
        else tab.close()
        return reopen(slot, 2000)
      case 'crash-at':
      case 'freeze-at':
        slot.armed = { moment: what.moment, what: what.kind === 'crash-at' ? 'crash' : 'freeze' }
        return
      case 'freeze':
      case 'block':
        return sleep(slot, what.kind, what.forMs)
      case 'bfcache':
        if (slot.isLeaving || slot.revive.length > 0) return
        slot.isAsleep = true
        void tab.enterBackForwardCache().then((isKept) => {
          if (!isKept) return reopen(slot, 1000)
          wakeLater(slot, what.forMs, () => {
            slot.isAsleep = false
            tab.leaveBackForwardCache()
          })
        })
        return
      case 'hide':
        tab.hide()
        return wakeLater(slot, what.forMs, tab.show)
      case 'offline':
        tab.goOffline()
        return wakeLater(slot, what.forMs, tab.goOnline)
      case 'clock-jump':
        hasJumped = true
        return clock.jumpWallClock(what.byMs)
      case 'store-fault': {
        hasStoreFaults = true
        const store = what.scope === 'tab' ? tab.store : browser.store
        return store.fail(what.fault, what.tries)
      }
      case 'other-writer':
        return writeAsAnother(what.what)
      case 'fate':
        return void server.fates.push(what.fate)
      case 'garble':
        return browser.channels.garble(2)
      case 'second-client': {
        const second = page.openSecondClient()
        watchWait(page, 'second client', second.auth.getAccessToken())
        clock.setTimer(() => second.auth.dispose(), 5000)
      }
    }
  }

  function writeAsAnother(what: 'field' | 'older' | 'nothing' | 'malformed'): void {
    const record = readRecord(browser.store.peek(names.session))
    if (what === 'field') {
      if (record) world.put({ ...record, generation: record.generation + 1, later: true })
      return
    }
    findings.isStoreDestroyed = true
    if (what === 'nothing') browser.store.put(names.session, undefined)
    else if (what === 'malformed') world.put({ generation: 'many' })
    else if (snapshots.length > 1) world.put(snapshots[Math.floor(snapshots.length / 2)])
  }

  /** Everything works again; then everybody must have come to the same. */
  async function end(): Promise<void> {
    await clock.advance(5000)
    browser.store.heal()
    server.fates.length = 0
    server.lifetimeMs = 300_000
    server.latencyMs = () => 50
    for (const slot of slots) {
      slot.armed = undefined
      slot.page.tab.store.heal()
      for (const wake of [...slot.revive]) wake()
    }
    await clock.advance(120_000)
    for (const settle of gone) settle()
    for (const what of waiting.values()) findings.add('every-waiter-settles', what)
    // the longest stop, and the slowest retries
    await clock.advance(400_000)
    for (const { page } of slots) page.tab.show()
    await clock.advance(20_000)
    await Promise.all(slots.map(({ page }) => tokenOf(page)))
    await compare()
  }

  async function tokenOf(page: SimulatedPage, tries = 7): Promise<string | undefined> {
    try {
      return await clock.until(page.auth.getAccessToken(), 120_000)
    } catch (error) {
      // without Web Locks a dead owner is known by 45 s of silence
      if (error instanceof RefreshPostponedError && tries > 0) {
        await clock.advance(1000)
        return tokenOf(page, tries - 1)
      }
      if (error instanceof RefreshPostponedError)
        findings.add('all-agree', `${page.tab.id} still postpones: ${error.message}`)
      else if (!(error instanceof AuthError))
        findings.add('every-waiter-settles', `${page.tab.id}: ${String(error)}`)
      return undefined
    }
  }

  async function compare(): Promise<void> {
    let differences: string[] = []
    // a refresh may be on its way just now
    for (let tries = 0; tries === 0 || (differences.length > 0 && tries < 4); tries++) {
      const tokens = await Promise.all(slots.map(({ page }) => tokenOf(page)))
      await clock.advance(2000)
      differences = differencesFrom(tokens)
    }
    for (const difference of differences) findings.add('all-agree', difference)
    const record = readRecord(browser.store.peek(names.session))
    for (const { page } of slots) {
      const isIn = page.auth.state.status === 'signed-in'
      if (JSON.stringify([page.auth.state, page.events.map(plain)]).includes('secret-'))
        findings.add('no-secrets-told', `${page.tab.id} told its app`)
      if (isIn && page.auth[requestDoor].pin() === undefined)
        findings.add('pinned-to-the-person', `${page.tab.id} has no pin`)
    }
    if (record?.state === 'signed-in' && doneSignOuts.has(record.sessionId))
      findings.add('sign-out-is-final', `${record.sessionId} lives`)
    if (JSON.stringify({ ...browser.localStorage }).includes('secret-'))
      findings.add('no-secrets-told', 'localStorage')
    if (!record && !findings.isStoreDestroyed && !findings.hasSignOut())
      findings.add('no-lost-session', 'the record is gone')
  }

  function differencesFrom(tokens: (string | undefined)[]): string[] {
    const record = readRecord(browser.store.peek(names.session))
    const token = record?.state === 'signed-in' ? record.accessTokens['']?.value : undefined
    return slots.flatMap(({ page }, index) => {
      const { status } = page.auth.state
      const isIn = status === 'signed-in'
      return isIn !== (token !== undefined) || (isIn && tokens[index] !== token)
        ? `${page.tab.id} is ${status} with ${tokens[index]}, the store has ${token}`
        : []
    })
  }

  return { happen, end }
}

/** What no page does that does not run. */
function isOfTheApp({ kind }: Happening): boolean {
  return /^(wish|force|request|api-refuses|sign-in|sign-out|second-client)$/.test(kind)
}

function listenForSecrets(
  { browser }: SimulatedWorld,
  findings: Findings,
  watch: (message: unknown) => void,
): void {
  const listener = browser.openTab()
  listener.environment.openChannel(names.shared).open((message) => {
    watch(message)
    if (JSON.stringify(message ?? '').includes('secret-'))
      findings.add('no-secrets-told', `the channel carried ${JSON.stringify(message)}`)
  })
}

/** An event with the texts of its errors, which JSON would leave out. */
function plain({ type, event }: SimulatedPage['events'][number]): unknown {
  const texts: string[] = []
  const error = (event as { error?: unknown }).error
  for (let cause = error; cause instanceof Error; cause = cause.cause) texts.push(cause.message)
  return { type, event, texts }
}
