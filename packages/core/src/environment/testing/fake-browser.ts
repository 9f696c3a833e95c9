/**
 * A browser with several tabs of one origin, in memory and deterministic. Its tabs share one store, locks, channels and localStorage; on top of
 * them run Latchkey's own adapters. Time is a {@link FakeClock}; everything else that takes time is a step given to `schedule`.
 */
import { broadcastChannel } from '../broadcast-channel.js'
import { browserPage } from '../browser-page.js'
import type { Clock, Environment, StartEnvironment } from '../environment.js'
import { webLocks } from '../web-locks.js'
import { createFakeChannels, type FakeChannels } from './fake-channels.js'
import { createFakeClock, type FakeClock, settled } from './fake-clock.js'
import { createFakeLocks, type FakeLocks } from './fake-locks.js'
import { createFakePage, createFakeStorage, type FakePage } from './fake-page.js'
import { createFakeStore, type FakeStore, type StoreFaults } from './fake-store.js'
import { createFakeWindows, type FakeWindow } from './fake-windows.js'
import { seededRandom } from './random-schedule.js'
import { createTabGate, type Schedule, type TabGate } from './tab-gate.js'

export interface FakeBrowserOptions {
  /** Default: one of its own (`browser.clock`). */
  clock?: FakeClock
  /**
   * Orders the steps of the browser: store operations, lock grants, messages, and that a tab hears of them. Default: in order, as soon as the
   * running code is done. With fast-check's scheduler `s`: `(step, label) => void s.schedule(Promise.resolve(), label).then(step)`.
   */
  schedule?: Schedule
  /** Default `true`; `false` = a browser without Web Locks; `'refused'` = one that refuses them to this origin. */
  hasLocks?: boolean | 'refused'
  /** In [0, 1): for jitter. Default: seeded, the same each time. */
  random?: () => number
}

export interface FakeTabOptions {
  /** Default `https://app.test/`. */
  url?: string
  /** The network. Default: every request fails as without one. A tab that is offline does not get that far. */
  fetch?: typeof fetch
  /** Whether the page is in a frame of another. Default `false`. */
  isFramed?: boolean
}

export interface FakeBrowser {
  readonly clock: FakeClock
  readonly store: FakeStore
  readonly locks: Pick<FakeLocks, 'held'>
  readonly channels: Pick<FakeChannels, 'garble'>
  readonly localStorage: Storage
  /** Makes every access to localStorage and sessionStorage throw from now on, or no longer. */
  blockWebStorage(isBlocked: boolean): void
  openTab(options?: FakeTabOptions): FakeTab
}

/** A page in a tab. Once it is gone nothing reaches its code, and nothing its code still does has an effect. */
export interface FakeTab {
  /** `tab1`, `tab2` … */
  readonly id: string
  /** What the page has at once; `complete()` gives `environment` at a step of its own. The browser is idle 100 ms after it is asked. */
  readonly start: StartEnvironment
  readonly environment: Environment
  /** Popups and hidden frames the page has opened. */
  readonly windows: readonly FakeWindow[]
  blockPopups(isBlocked: boolean): void
  /** Faults that only this tab's store has. */
  readonly store: StoreFaults
  readonly isOpen: boolean
  /** Where the page asked to go. The test decides when it gets there: `navigate`. */
  readonly destination: string | undefined
  /** Closed by the user: `pagehide` (if it is running), then gone: its locks are free, its requests for locks dropped. */
  close(): void
  /** Gone without a word. */
  crash(): void
  /** Closes the page and opens another in this tab, with its sessionStorage. Default: where the page asked to go, or a reload. */
  navigate(url?: string): FakeTab
  hide(): void
  show(): void
  /** `freeze`, then nothing runs: no timer, message, answer or lock callback. Locks it holds stay held; it may even be granted one. */
  freeze(): void
  /** `resume`, then what has waited, in order. */
  thaw(): void
  /** Like `freeze` without the event: an `alert`, a breakpoint, an endless loop. */
  block(): void
  unblock(): void
  /**
   * `pagehide`, hidden, `freeze`. A page that then holds a lock, waits for one or has an open channel is not kept: it is gone.
   *
   * @returns Whether it is kept.
   */
  enterBackForwardCache(): Promise<boolean>
  /** `resume`, `pageshow`, visible. */
  leaveBackForwardCache(): void
  /** New requests fail from now on; those under way go on. */
  goOffline(): void
  goOnline(): void
  setUserGesture(isActive: boolean): void
  /** The user presses a pointer button in the page. */
  press(): void
}

export function createFakeBrowser(options: FakeBrowserOptions = {}): FakeBrowser {
  const {
    clock = createFakeClock(),
    schedule = queueMicrotask,
    hasLocks = true,
    random = seededRandom(1),
  } = options
  const store = createFakeStore(schedule)
  const locks = createFakeLocks(schedule)
  const channels = createFakeChannels(schedule)
  let isStorageBlocked = false
  let tabs = 0
  const newStorage = () => createFakeStorage(() => isStorageBlocked)
  const localStorage = newStorage()

  function openPage(options: FakeTabOptions, sessionStorage: Storage): FakeTab {
    const { url = 'https://app.test/', fetch, isFramed = false } = options
    const gate = createTabGate(`tab${++tabs}`, schedule)
    const page = createFakePage(gate, url, { localStorage, sessionStorage })
    const tabClock = clockOf(gate, clock)
    const { store: tabStore, look, faults } = store.storeOf(gate, tabClock)
    const windows = createFakeWindows(gate, isFramed, () => tab.close())
    const scope = {
      navigator: {
        locks: hasLocks === 'refused' ? refusedLocks() : hasLocks ? locks.managerOf(gate) : null,
      },
      BroadcastChannel: channels.constructorOf(gate),
    }
    let ids = 0
    const environment: Environment = {
      clock: tabClock,
      fetch: fetchOf(gate, page, fetch),
      store: tabStore,
      locks: webLocks(scope),
      openChannel: (name) => broadcastChannel(scope, name),
      page: browserPage(page.scope),
      windows: windows.windows,
      serviceWorker: { ask: () => Promise.resolve(undefined) },
      randomId: () => `${gate.id}-random-${++ids}`,
      random,
    }
    const crash = () => {
      gate.close()
      locks.leave(gate)
      channels.leave(gate)
    }
    const start: StartEnvironment = {
      clock: tabClock,
      page: environment.page,
      read: look,
      openPopup: windows.openPopup,
      onSleep: (callback) =>
        environment.page.onMoment((moment) => {
          if (moment === 'pagehide' || moment === 'freeze') callback()
        }),
      complete: () => gate.answer('load the rest', () => environment),
    }
    const tab: FakeTab = {
      id: gate.id,
      start,
      environment,
      store: faults,
      windows: windows.opened,
      blockPopups: windows.blockPopups,
      get isOpen() {
        return !gate.shut
      },
      get destination() {
        return page.destination
      },
      close() {
        page.fire('window', 'pagehide')
        crash()
      },
      crash,
      navigate(to = page.destination ?? page.scope.location.href) {
        tab.close()
        const next = new URL(to, page.scope.location.href).href
        return openPage({ ...options, url: next }, sessionStorage)
      },
      ...livesOf(gate, page, () => locks.concerns(gate) || channels.concerns(gate), crash),
    }
    return tab
  }

  return {
    clock,
    store,
    locks,
    channels,
    localStorage,
    blockWebStorage(isBlocked) {
      isStorageBlocked = isBlocked
    },
    openTab: (tabOptions = {}) => openPage(tabOptions, newStorage()),
  }
}

function livesOf(gate: TabGate, page: FakePage, keepsItOut: () => boolean, crash: () => void) {
  const turn = (state: DocumentVisibilityState) => {
    page.setVisibility(state)
    page.fire('document', 'visibilitychange')
  }
  const turnOnline = (isOnline: boolean) => {
    page.setOnline(isOnline)
    page.fire('window', isOnline ? 'online' : 'offline')
  }
  return {
    hide: () => turn('hidden'),
    show: () => turn('visible'),
    freeze() {
      page.fire('document', 'freeze')
      gate.park()
    },
    thaw: () => gate.unpark(() => page.fire('document', 'resume')),
    block: () => gate.park(),
    unblock: () => gate.unpark(),
    async enterBackForwardCache() {
      page.fire('window', 'pagehide')
      turn('hidden')
      page.fire('document', 'freeze')
      await settled()
      if (keepsItOut()) crash()
      else gate.park()
      return !gate.shut
    },
    leaveBackForwardCache: () =>
      gate.unpark(() => {
        page.fire('document', 'resume')
        page.fire('window', 'pageshow')
        turn('visible')
      }),
    goOffline: () => turnOnline(false),
    goOnline: () => turnOnline(true),
    setUserGesture: page.setUserGesture,
    press: () => page.fire('window', 'pointerdown'),
  }
}

function clockOf(gate: TabGate, clock: FakeClock): Clock {
  return {
    now: clock.now,
    monotonic: clock.monotonic,
    setTimer(callback, delayMs) {
      if (gate.shut) return () => {}
      let isUndone = false
      const undo = clock.setTimer(
        // It may be undone after it was due, while the tab is frozen.
        () => gate.enter(() => isUndone || callback()),
        delayMs,
      )
      return () => {
        isUndone = true
        undo()
      }
    },
  }
}

function fetchOf(gate: TabGate, page: FakePage, send: typeof fetch = noNetwork): typeof fetch {
  return (input, init) =>
    new Promise((resolve, reject) => {
      if (gate.shut) return
      const sent = page.scope.navigator.onLine ? send(input, init) : noNetwork()
      sent.then(
        (response) => gate.enter(() => resolve(response)),
        (error: unknown) => gate.enter(() => reject(error)),
      )
    })
}

async function noNetwork(): Promise<Response> {
  throw new TypeError('Failed to fetch')
}

function refusedLocks(): LockManager {
  const refuse = () => Promise.reject(new DOMException('refused', 'SecurityError'))
  return { request: refuse, query: refuse }
}
