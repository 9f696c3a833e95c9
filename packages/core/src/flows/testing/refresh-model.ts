/** Runs one plan of the model: real clients in simulated tabs, everything else on a seeded schedule, and the invariants watched all along. */
import { createFakeClock } from '../../environment/testing/fake-clock.js'
import { randomSchedule, seededRandom } from '../../environment/testing/random-schedule.js'
import { pinRequest, requestProtectedResource } from '../request-protected-resource.js'
import { createFindings, readRecord, type Finding, type Findings } from './model-findings.js'
import { comeToAnEnd } from './model-end.js'
import type { Happening, Plan } from './model-moves.js'
import { createTabStrip, type TabStrip } from './model-strip.js'
import {
  apiUrl,
  createSimulatedWorld,
  names,
  type SimulatedPage,
  type SimulatedWorld,
} from './simulated-world.js'

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
  const strip = createTabStrip(world, plan, findings)
  const model = createModel(world, strip, findings)
  for (const { afterMs, tab, what } of plan.moves) {
    if (afterMs) await clock.advance(afterMs)
    model.happen(tab % plan.tabs, what)
  }
  await comeToAnEnd(world, strip, findings, model.waiting)
  findings.judgeServer()
  return findings.list
}

function createModel(world: SimulatedWorld, strip: TabStrip, findings: Findings) {
  const { clock, server, browser } = world
  const snapshots: unknown[] = []
  /** Who waits for what. */
  const waiting = new Map<SimulatedPage, Set<string>>()
  let waits = 0
  let forcedUntilMs = -1
  let hasStoreFaults = false
  let hasJumped = false

  browser.store.onWrite(({ key, after, tab }) => {
    if (key === names.session && tab !== undefined) snapshots.push(after)
  })
  server.onMoment((moment, tab, refreshToken) => {
    if (moment === 'before-send') checkNeed(tab.id, refreshToken)
  })

  /** Nobody sends a refresh token while the store holds a token that would do for everybody, or a failure that bids them wait. */
  function checkNeed(tab: string, refreshToken: string): void {
    const record = readRecord(browser.store.peek(names.session))
    // where pages may not know better, or have another opinion of the time
    if (record?.refreshToken !== refreshToken || hasStoreFaults || hasJumped) return
    const { failure, accessTokens } = record
    if (failure && failure.notBefore > clock.now())
      findings.add('no-needless-refresh', `${tab} refreshed before ${failure.reason} was over`)
    const token = accessTokens['']
    if (!token?.lifetime || clock.monotonic() < forcedUntilMs) return
    const isFresh = clock.now() - token.startedAt < token.lifetime * 0.75 - 1000
    if (isFresh && server.lifeLeftMs(token.value) > 0)
      findings.add('no-needless-refresh', `${tab} refreshed though ${token.value} is fresh`)
  }

  function watchWait(page: SimulatedPage, what: string, promise: Promise<unknown>): void {
    const name = `${page.tab.id}: ${what} ${++waits}`
    const names = waiting.get(page) ?? new Set()
    waiting.set(page, names.add(name))
    const over = () => names.delete(name)
    promise.then(over, over)
  }

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

  function happen(index: number, what: Happening): void {
    const slot = strip.slots[index]!
    const { page } = slot
    const { tab, auth } = page
    if (!tab.isOpen || (slot.isAsleep && isOfTheApp(what))) return
    switch (what.kind) {
      case 'wish':
        return watchWait(page, 'wish', auth.getAccessToken())
      case 'force':
        // as long as an attempt may last
        forcedUntilMs = clock.monotonic() + 120_000
        return watchWait(page, 'force', auth.getAccessToken({ forceRefresh: true }))
      case 'request':
        return request(page)
      case 'api-refuses': {
        const token = readRecord(browser.store.peek(names.session))?.accessTokens['']
        if (token) server.refuse(token.value)
        return request(page)
      }
      case 'sign-out':
        if (auth.state.status !== 'signed-in') return
        if (what.isStoreBroken) {
          hasStoreFaults = true
          tab.store.fail('reject', 20)
        }
        findings.signedOut(auth.state.user.sub, slot.session)
        // it waits for who is just coming in, and means them too
        if (slot.arriving !== undefined) findings.signedOut(slot.arriving, undefined)
        return watchWait(page, 'sign-out', strip.signOut(slot))
      case 'sign-in':
        return strip.signIn(slot, what.user)
      case 'crash':
        return strip.crash(slot)
      case 'close':
        return strip.close(slot)
      case 'crash-at':
      case 'freeze-at':
        slot.armed = { moment: what.moment, what: what.kind === 'crash-at' ? 'crash' : 'freeze' }
        return
      case 'freeze':
      case 'block':
        return strip.sleep(slot, what.kind, what.forMs)
      case 'bfcache':
        return strip.enterBackForwardCache(slot, what.forMs)
      case 'hide':
        tab.hide()
        return strip.wakeLater(slot, what.forMs, tab.show)
      case 'offline':
        tab.goOffline()
        return strip.wakeLater(slot, what.forMs, tab.goOnline)
      case 'clock-jump':
        hasJumped = true
        return clock.jumpWallClock(what.byMs)
      case 'store-fault':
        hasStoreFaults = true
        return (what.scope === 'tab' ? tab.store : browser.store).fail(what.fault, what.tries)
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
    if (what === 'nothing') world.put(undefined)
    else if (what === 'malformed') world.put({ generation: 'many' })
    else if (snapshots.length > 1) world.put(snapshots[Math.floor(snapshots.length / 2)])
  }

  return { happen, waiting }
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
