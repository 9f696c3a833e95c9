import type { TabLocks } from './environment.js'

/** Locks between the tabs of an origin (https://w3c.github.io/web-locks/). Absent outside secure contexts. */
export function webLocks(scope: LocksScope): TabLocks {
  const manager = () => scope.navigator?.locks as LockManager
  const heldNames = async () => (await manager().query()).held?.map(({ name = '' }) => name) ?? []
  return {
    get available() {
      return !!manager()
    },
    request: (name, signal, work) => manager().request(name, { signal }, () => work()),
    hold: (name) =>
      new Promise((held, failed) => {
        // A lock that is stolen later rejects, too: nobody waits for that any more.
        manager()
          .request(name, () => new Promise<void>((release) => held(release)))
          .catch(failed)
      }),
    isHeld: async (name) => (await heldNames()).includes(name),
    heldNames: async (prefix) => (await heldNames()).filter((name) => name.startsWith(prefix)),
  }
}

export interface LocksScope {
  readonly navigator?: { readonly locks?: LockManager | null }
}
