/** Stops an app that sends the user to sign in again and again without being asked (SCENARIOS S8). Kept in sessionStorage: it survives the redirects. */
import type { Clock, Page } from '../environment/environment.js'
import { isObject } from './session-record.js'

const most = 2
const windowMs = 30_000

/** What could not be noted outlives no redirect, but stops an app that never gets as far as that. */
const unnoted = new WeakMap<Page, string | null>()

interface Redirects {
  readonly at: readonly number[]
  /** Stays until the user asks for a sign-in. */
  readonly isTripped?: true
}

/** Counts a redirect that is about to happen. `false`: it must not. A user's click always may. */
export function mayRedirect(page: Page, clock: Clock, key: string): boolean {
  const now = clock.now()
  if (page.hasUserGesture()) {
    write(page, key, null)
    return true
  }
  const before = readRedirects(page, key)
  const at = before.at.filter((moment) => Math.abs(now - moment) < windowMs)
  if (before.isTripped || at.length >= most) {
    write(page, key, JSON.stringify({ at, isTripped: true }))
    return false
  }
  write(page, key, JSON.stringify({ at: [...at, now] }))
  return true
}

function write(page: Page, key: string, note: string | null): void {
  unnoted.set(page, page.writeTabNote(key, note) ? null : note)
}

function readRedirects(page: Page, key: string): Redirects {
  try {
    const value: unknown = JSON.parse(unnoted.get(page) ?? page.readTabNote(key) ?? 'null')
    if (isObject(value) && Array.isArray(value['at'])) return value as unknown as Redirects
  } catch {
    // not ours to read
  }
  return { at: [] }
}
