/** Whether there is a network, as far as the browser knows. */
export interface Network {
  /** `false` only when the browser is sure. */
  isOnline(): boolean
  /** Calls back when it comes back. Returns the undo. */
  onOnline(callback: () => void): () => void
}

/** A host without a window counts as online for ever. */
export function browserNetwork(scope: NetworkScope): Network {
  return {
    isOnline: () => scope.navigator?.onLine !== false,
    onOnline(callback) {
      scope.addEventListener?.('online', callback)
      return () => scope.removeEventListener?.('online', callback)
    },
  }
}

export interface NetworkScope {
  readonly navigator?: { readonly onLine?: boolean }
  addEventListener?(type: string, listener: () => void): void
  removeEventListener?(type: string, listener: () => void): void
}
