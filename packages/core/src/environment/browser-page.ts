import type { Page, PageMoment } from './environment.js'

/** The page: its address, its life and its small notes. */
export function browserPage(scope: PageScope): Page {
  const reader = (area: 'localStorage' | 'sessionStorage') => (key: string) =>
    guarded(() => scope[area].getItem(key)) ?? null
  const writer = (area: 'localStorage' | 'sessionStorage') => (key: string, value: string | null) =>
    !!guarded(() => {
      if (value === null) scope[area].removeItem(key)
      else scope[area].setItem(key, value)
      return true
    })
  return {
    url: () => scope.location.href,
    baseUrl: () => scope.document.baseURI,
    replaceUrl: (url) =>
      void guarded(() => scope.history.replaceState(scope.history.state, '', url)),
    leaveFor: (url) => scope.location.assign(url),
    isVisible: () => scope.document.visibilityState !== 'hidden',
    isOnline: () => scope.navigator.onLine !== false,
    hasUserGesture: () => scope.navigator.userActivation?.isActive ?? true,
    onMoment(listener) {
      const undo = new AbortController()
      const listen = (target: EventTarget, types: string[]) => {
        for (const type of types)
          target.addEventListener(
            type,
            () =>
              listener(
                type === 'visibilitychange' ? scope.document.visibilityState : (type as PageMoment),
              ),
            { signal: undo.signal },
          )
      }
      listen(scope.document, ['visibilitychange', 'freeze', 'resume'])
      listen(scope, ['pagehide', 'pageshow', 'online', 'offline'])
      return () => undo.abort()
    },
    readMarker: reader('localStorage'),
    writeMarker: writer('localStorage'),
    readTabNote: reader('sessionStorage'),
    writeTabNote: writer('sessionStorage'),
  }
}

export type PageScope = EventTarget &
  Pick<
    Window & typeof globalThis,
    'document' | 'history' | 'localStorage' | 'location' | 'navigator' | 'sessionStorage'
  >

/** Runs what a privacy setting, a sandbox or a rate limit may forbid. The very getter of a storage throws then. */
function guarded<Result>(run: () => Result): Result | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
