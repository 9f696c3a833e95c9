/** The tab strip of the model: pages come and go, sleep and wake, sign in by a redirect, and are watched for what they show. */
import { requestDoor } from '../../auth-client.js'
import type { Findings } from './model-findings.js'
import type { Plan } from './model-moves.js'
import type { RefreshMoment } from './simulated-authorization-server.js'
import type { SimulatedPage, SimulatedWorld } from './simulated-world.js'

/** One place in the tab strip, whatever page is in it. */
export interface Slot {
  page: SimulatedPage
  /** The session the page shows. */
  session: string | undefined
  /** Who is about to be shown: the page handles their response. */
  arriving: string | undefined
  /** What brings it back to life. */
  readonly revive: (() => void)[]
  /** What happens at the next such moment of a refresh of its own. */
  armed: { readonly moment: RefreshMoment; readonly what: 'crash' | 'freeze' } | undefined
  isLeaving: boolean
  isAsleep: boolean
}

export interface TabStrip {
  readonly slots: readonly Slot[]
  /** Sessions whose sign-out is done, and since when: nobody may show them any more. */
  readonly gone: Map<string, number>
  crash(slot: Slot): void
  close(slot: Slot): void
  sleep(slot: Slot, how: 'freeze' | 'block', forMs: number): void
  enterBackForwardCache(slot: Slot, forMs: number): void
  wakeLater(slot: Slot, forMs: number, wake: () => void): void
  /** By a redirect: it takes 3 s to come back. */
  signIn(slot: Slot, user: string): void
  signOut(slot: Slot): Promise<void>
  wakeAll(): void
}

/** How long a running tab may take to hear of a sign-out. */
const hearingMs = 500
/** When a client has loaded all it needs to notice its own sleep. */
const wholeMs = 1000
const signInMs = 3000
const reopenMs = 2000
const armedFreezeMs = 70_000

export function createTabStrip(world: SimulatedWorld, plan: Plan, findings: Findings): TabStrip {
  const { clock, server } = world
  const gone = new Map<string, number>()
  const isGone = (session: string) =>
    clock.monotonic() > (gone.get(session) ?? Infinity) + hearingMs + 5 * plan.stepMs
  const openedAtMs = new WeakMap<SimulatedPage, number>()
  const slots = Array.from({ length: plan.tabs }, (): Slot => {
    const slot: Slot = {
      page: world.openPage(),
      session: undefined,
      arriving: undefined,
      revive: [],
      armed: undefined,
      isLeaving: false,
      isAsleep: false,
    }
    watchPage(slot)
    return slot
  })

  server.onMoment((moment, tab) => {
    const slot = slots.find(({ page }) => page.tab === tab)
    if (slot?.armed?.moment !== moment) return
    const { what } = slot.armed
    slot.armed = undefined
    if (what === 'freeze') sleep(slot, 'freeze', armedFreezeMs)
    else crash(slot)
  })

  function show(slot: Slot, page: SimulatedPage): void {
    slot.page = page
    slot.session = undefined
    slot.arriving = undefined
    slot.armed = undefined
    slot.isAsleep = false
    slot.isLeaving = false
    slot.revive.length = 0
    watchPage(slot)
  }

  function watchPage(slot: Slot): void {
    const { auth, tab } = slot.page
    openedAtMs.set(slot.page, clock.monotonic())
    /** What this page itself has left. */
    const left = new Set<string>()
    let shown: string | undefined
    auth.on('signed-out', ({ by }) => {
      if (by === 'this-tab' && shown !== undefined) left.add(shown)
    })
    auth.subscribe(() => {
      // what it shows next is known by its token only
      if (auth.state.status === 'signed-out') slot.session = undefined
      if (auth.state.status !== 'signed-in') return
      const session = findings.sessionOf(auth[requestDoor].heldToken('')?.value ?? '')
      if (session === undefined) return
      slot.session = shown = session
      if (isGone(session) || left.has(session))
        findings.add('sign-out-is-final', `${tab.id} shows ${session} again`)
    })
  }

  /** What a page shows in the moment it wakes is what the user sees first, once the client is whole. */
  function checkWaking({ page, session }: Slot, asleepSinceMs: number): void {
    if (asleepSinceMs < (openedAtMs.get(page) ?? 0) + wholeMs) return
    if (page.auth.state.status === 'signed-in' && session !== undefined && gone.has(session))
      findings.add('sign-out-is-final', `${page.tab.id} woke with ${session}`)
  }

  function reopen(slot: Slot): void {
    slot.isLeaving = true
    slot.revive.length = 0
    clock.setTimer(() => slot.page.tab.isOpen || show(slot, world.openPage()), reopenMs)
  }

  function crash(slot: Slot): void {
    slot.page.tab.crash()
    reopen(slot)
  }

  function wakeLater(slot: Slot, forMs: number, wake: () => void): void {
    const once = () => {
      // woken already, or gone meanwhile
      const index = slot.revive.indexOf(once)
      if (index < 0) return
      slot.revive.splice(index, 1)
      wake()
    }
    slot.revive.push(once)
    clock.setTimer(once, forMs)
  }

  function canSleep(slot: Slot): boolean {
    // without Web Locks a frozen tab cannot be told from a dead one: docs/faults.md
    return plan.hasLocks && !slot.isLeaving && !slot.isAsleep
  }

  function sleep(slot: Slot, how: 'freeze' | 'block', forMs: number): void {
    const { tab } = slot.page
    if (!canSleep(slot)) return
    slot.isAsleep = true
    const sinceMs = clock.monotonic()
    if (how === 'freeze') tab.freeze()
    else tab.block()
    wakeLater(slot, forMs, () => {
      slot.isAsleep = false
      if (how === 'block') return tab.unblock()
      tab.thaw()
      checkWaking(slot, sinceMs)
    })
  }

  return {
    slots,
    gone,
    crash,
    close(slot) {
      slot.page.tab.close()
      reopen(slot)
    },
    sleep,
    enterBackForwardCache(slot, forMs) {
      if (!canSleep(slot) || slot.revive.length > 0) return
      const { tab } = slot.page
      const sinceMs = clock.monotonic()
      slot.isAsleep = true
      void tab.enterBackForwardCache().then((isKept) => {
        if (!isKept) return reopen(slot)
        wakeLater(slot, forMs, () => {
          slot.isAsleep = false
          tab.leaveBackForwardCache()
          checkWaking(slot, sinceMs)
        })
      })
    },
    wakeLater,
    signIn(slot, user) {
      const { page } = slot
      if (slot.isLeaving || slot.revive.length > 0) return
      slot.isLeaving = true
      page.tab.setUserGesture(true)
      page.auth.signIn().catch(() => {})
      clock.setTimer(() => {
        if (!page.tab.isOpen || slot.page !== page) return
        slot.isLeaving = false
        const { destination } = page.tab
        if (destination === undefined) return
        const state = new URL(destination).searchParams.get('state') ?? ''
        const url = `/callback?code=${user}&state=${encodeURIComponent(state)}`
        const back = world.loadClient(page.tab.navigate(url))
        show(slot, back)
        slot.arriving = user
        void back.auth.ready.then(() => {
          if (slot.page === back) slot.arriving = undefined
        })
      }, signInMs)
    },
    async signOut({ page, session }) {
      await page.auth.signOut()
      // a page that dies in the click does not get so far
      if (session !== undefined && !gone.has(session)) gone.set(session, clock.monotonic())
    },
    wakeAll() {
      for (const slot of slots) {
        slot.armed = undefined
        for (const wake of [...slot.revive]) wake()
      }
    },
  }
}
