// A value that changes and tells so: what React's useSyncExternalStore and Vue's shallowRef both read.

export interface Store<Value> {
  /** The same object until something changed. */
  get(): Value
  /** Calls the listener after each change. Returns the undo. */
  subscribe(listener: () => void): () => void
}

export interface WritableStore<Value> extends Store<Value> {
  set(value: Value): void
}

export function createStore<Value>(initial: Value): WritableStore<Value> {
  let current = initial
  const listeners = new Set<() => void>()
  return {
    get: () => current,
    set(value) {
      current = value
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
