import type { Page, PageMoment } from './environment.js'

const documentEvents = ['visibilitychange', 'freeze', 'resume']
const windowEvents = ['pagehide', 'pageshow', 'online', 'offline']

/** The page: its address, its life and its small notes. Works in a worker as far as there is something to tell. */
export function browserPage(scope: PageScope): Page {
  const page = (): Document | undefined => scope.document
  const isVisible = () => page()?.visibilityState !== 'hidden'
  return {
    url: () => scope.location.href,
    baseUrl: () => page()?.baseURI ?? scope.location.href,
    replaceUrl: (url) =>
      void guarded(() => scope.history.replaceState(scope.history.state, '', url)),
    leaveFor: (url) => scope.location.assign(url),
    isVisible,
    isOnline: () => scope.navigator.onLine !== false,
    hasUserGesture: () => scope.navigator.userActivation?.isActive ?? true,
    onMoment(listener) {
      const undo = new AbortController()
      const hear = ({ type }: Event) =>
        listener(
          type === 'visibilitychange' ? (isVisible() ? 'visible' : 'hidden') : (type as PageMoment),
        )
      for (const [target, types] of [
        [page(), documentEvents],
        [scope, windowEvents],
      ] as const)
        for (const type of types) target?.addEventListener(type, hear, { signal: undo.signal })
      return () => undo.abort()
    },
    readMarker: (key) => guarded(() => scope.localStorage.getItem(key)) ?? null,
    writeMarker: (key, value) => void guarded(() => scope.localStorage.setItem(key, value)),
    readTabNote: (key) => guarded(() => scope.sessionStorage.getItem(key)) ?? null,
    writeTabNote: (key, value) =>
      !!guarded(() => {
        if (value === null) scope.sessionStorage.removeItem(key)
        else scope.sessionStorage.setItem(key, value)
        return true
      }),
  }
}

export type PageScope = Pick<
  Window & typeof globalThis,
  | 'addEventListener'
  | 'document'
  | 'history'
  | 'localStorage'
  | 'location'
  | 'navigator'
  | 'sessionStorage'
>

/** Runs what a privacy setting, a sandbox or a rate limit may forbid. The very getter of a storage throws then. */
function guarded<Result>(run: () => Result): Result | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
