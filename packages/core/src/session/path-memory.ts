/** What this page has seen of API paths: an endpoint that always says 401 must not cause a refresh each time (PROTOCOL rule 32). */
import type { PathMemory } from './request-door.js'

const kept = 100

export function createPathMemory(): PathMemory {
  const successes = new Set<string>()
  const refusals = new Map<string, string>()
  return {
    succeeded(path) {
      if (successes.has(path)) return
      successes.add(path)
      forgetOldest(successes)
      refusals.delete(path)
    },
    hasSucceeded: (path) => successes.has(path),
    refusedAfterRefresh(path, token) {
      refusals.set(path, token)
      forgetOldest(refusals)
    },
    hasRefusedAfterRefresh: (path, token) => refusals.get(path) === token,
  }
}

function forgetOldest(kepts: Set<string> | Map<string, string>): void {
  if (kepts.size <= kept) return
  for (const oldest of kepts.keys()) {
    kepts.delete(oldest)
    return
  }
}
