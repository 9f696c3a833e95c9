// Ways a browser's storage breaks (SCENARIOS S11); each runs in the page, and is over when `window.isStorageWell` is set.
import type { Page } from '@playwright/test'

export const storageFaults = {
  'an open that never answers': () => {
    const { open } = IDBFactory.prototype
    const { transaction } = IDBDatabase.prototype
    IDBDatabase.prototype.transaction = function (...values) {
      if (window.isStorageWell) return transaction.apply(this, values)
      throw new DOMException('the connection is closing', 'InvalidStateError')
    }
    IDBFactory.prototype.open = function (...values) {
      return window.isStorageWell
        ? open.apply(this, values)
        : (new EventTarget() as IDBOpenDBRequest)
    }
  },
  'an open that is refused': () => {
    const { open } = IDBFactory.prototype
    const { transaction } = IDBDatabase.prototype
    IDBDatabase.prototype.transaction = function (...values) {
      if (window.isStorageWell) return transaction.apply(this, values)
      throw new DOMException('the connection is closing', 'InvalidStateError')
    }
    IDBFactory.prototype.open = function (...values) {
      if (window.isStorageWell) return open.apply(this, values)
      throw new DOMException('refused', 'UnknownError')
    }
  },
  'connections that are dead': () => {
    const { transaction } = IDBDatabase.prototype
    IDBDatabase.prototype.transaction = function (...values) {
      if (window.isStorageWell) return transaction.apply(this, values)
      throw new DOMException('the connection is closing', 'InvalidStateError')
    }
  },
  'a disk that is full': () => {
    const { put } = IDBObjectStore.prototype
    IDBObjectStore.prototype.put = function (...values) {
      if (window.isStorageWell) return put.apply(this, values)
      throw new DOMException('full', 'QuotaExceededError')
    }
  },
  'local and session storage that are blocked': () => {
    for (const name of ['localStorage', 'sessionStorage'])
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException('blocked', 'SecurityError')
        },
      })
  },
} satisfies Record<string, () => void>

declare global {
  interface Window {
    isStorageWell?: boolean
  }
}

export type StorageFault = keyof typeof storageFaults

/** For pages loaded from now on. */
export function breakAtStart(page: Page, fault: StorageFault): Promise<unknown> {
  return page.addInitScript(storageFaults[fault])
}

/** In the page that is open. */
export function breakNow(page: Page, fault: StorageFault): Promise<unknown> {
  return page.evaluate(storageFaults[fault])
}

export function heal(page: Page): Promise<unknown> {
  return page.evaluate(() => (window.isStorageWell = true))
}
