import { setMaxListeners } from 'node:events'
import type { PageScope } from '../browser-page.js'
import type { TabGate } from './tab-gate.js'

/** The globals of a page that are about the page itself, and what a test does to them. */
export interface FakePage {
  readonly scope: PageScope
  /** Where the page asked to go, if it did. */
  readonly destination: string | undefined
  setVisibility(state: DocumentVisibilityState): void
  setOnline(isOnline: boolean): void
  setUserGesture(isActive: boolean): void
  /** Fires an event as the browser would; a frozen page gets it after the thaw. */
  fire(target: 'window' | 'document', type: string): void
}

export function createFakePage(
  gate: TabGate,
  url: string,
  storages: { localStorage: Storage; sessionStorage: Storage },
): FakePage {
  let destination: string | undefined
  const location = {
    href: new URL(url).href,
    assign(to: string) {
      destination = new URL(to, location.href).href
    },
  }
  const history = {
    state: null as unknown,
    replaceState(state: unknown, _unused: string, to: string) {
      const next = new URL(to, location.href)
      if (next.origin !== new URL(location.href).origin)
        throw new DOMException('another origin', 'SecurityError')
      location.href = next.href
      history.state = structuredClone(state)
    },
  }
  const navigator = { onLine: true, userActivation: { isActive: false } }
  const visibility: { visibilityState: DocumentVisibilityState } = { visibilityState: 'visible' }
  const document = Object.assign(new EventTarget(), visibility)
  Object.defineProperty(document, 'baseURI', { get: () => location.href })
  const window = Object.assign(new EventTarget(), { document, history, location, navigator })
  Object.defineProperties(window, Object.getOwnPropertyDescriptors(storages))
  setMaxListeners(100, window, document)
  return {
    scope: window as unknown as PageScope,
    get destination() {
      return destination
    },
    setVisibility(state) {
      document.visibilityState = state
    },
    setOnline(isOnline) {
      navigator.onLine = isOnline
    },
    setUserGesture(isActive) {
      navigator.userActivation.isActive = isActive
    },
    fire: (target, type) =>
      gate.enter(() => (target === 'window' ? window : document).dispatchEvent(new Event(type))),
  }
}

/** localStorage or sessionStorage; `isBlocked` makes every access throw, as a browser with storage disabled does. */
export function createFakeStorage(isBlocked: () => boolean): Storage {
  const items = new Map<string, string>()
  const open = () => {
    if (isBlocked()) throw new DOMException('denied', 'SecurityError')
    return items
  }
  return {
    get length() {
      return open().size
    },
    key: (index) => [...open().keys()][index] ?? null,
    getItem: (key) => open().get(key) ?? null,
    setItem: (key, value) => void open().set(key, value),
    removeItem: (key) => void open().delete(key),
    clear: () => open().clear(),
  }
}
