import type { Page, PageMoment } from './environment.js'
import { guarded, pageAddress, type AddressScope } from './page-address.js'

/** The page: its address, its life and its small notes. */
export function browserPage(scope: PageScope): Page {
  const writer = (area: 'localStorage' | 'sessionStorage') => (key: string, value: string | null) =>
    !!guarded(() => {
      if (value === null) scope[area].removeItem(key)
      else scope[area].setItem(key, value)
      return true
    })
  return {
    ...pageAddress(scope),
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
    onActivity(listener) {
      const undo = new AbortController()
      for (const type of ['pointerdown', 'keydown', 'wheel', 'touchstart'])
        scope.addEventListener(type, listener, {
          signal: undo.signal,
          passive: true,
          capture: true,
        })
      return () => undo.abort()
    },
    writeMarker: writer('localStorage'),
    readTabNote: (key) => guarded(() => scope.sessionStorage.getItem(key)) ?? null,
    writeTabNote: writer('sessionStorage'),
  }
}

export type PageScope = EventTarget &
  AddressScope &
  Pick<Window & typeof globalThis, 'navigator' | 'sessionStorage'>
