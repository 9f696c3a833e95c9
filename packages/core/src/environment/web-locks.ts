import type { TabLocks } from './environment.js'

/**
 * Locks between the tabs of an origin (https://w3c.github.io/web-locks/). Absent outside secure contexts; refused in an opaque origin and
 * where the user blocks storage, which shows in the first use only.
 */
export function webLocks(scope: LocksScope): TabLocks {
  let isRefused = false
  const manager = () => scope.navigator?.locks as LockManager
  const heldNames = async () => (await manager().query()).held?.map(({ name = '' }) => name) ?? []
  const notice = (error: unknown) => {
    isRefused ||= (error as Error).name === 'SecurityError'
    throw error
  }
  return {
    get available() {
      return !isRefused && !!manager()
    },
    request: (name, signal, work) =>
      manager()
        .request(name, { signal }, () => work())
        .catch(notice),
    hold: (name) =>
      new Promise((held, failed) => {
        // A lock that is stolen later rejects, too: nobody waits for that any more.
        manager()
          .request(name, () => new Promise<void>((release) => held(release)))
          .catch(notice)
          .catch(failed)
      }),
    isHeld: async (name) => (await heldNames()).includes(name),
    heldNames: async (prefix) => (await heldNames()).filter((name) => name.startsWith(prefix)),
  }
}

export interface LocksScope {
  readonly navigator?: { readonly locks?: LockManager | null }
}
