import type { ClientNames } from './client-names.js'

/** The Web Lock that proves that the owner of an intent is alive. */
export function ownerLockName(names: ClientNames, intentId: string): string {
  return `${names.shared}:${intentId}`
}
