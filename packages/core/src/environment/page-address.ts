import type { Page } from './environment.js'

/** The page's address and the marker beside it: what is needed before the first screen. */
export function pageAddress(
  scope: AddressScope,
): Pick<Page, 'url' | 'baseUrl' | 'replaceUrl' | 'readMarker'> {
  return {
    url: () => scope.location.href,
    baseUrl: () => scope.document.baseURI,
    replaceUrl: (url) =>
      void guarded(() => scope.history.replaceState(scope.history.state, '', url)),
    readMarker: (key) => guarded(() => scope.localStorage.getItem(key)) ?? null,
  }
}

export type AddressScope = Pick<
  Window & typeof globalThis,
  'document' | 'history' | 'localStorage' | 'location'
>

/** Runs what a privacy setting, a sandbox or a rate limit may forbid. The very getter of a storage throws then. */
export function guarded<Result>(run: () => Result): Result | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
