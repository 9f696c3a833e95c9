import type { Windows } from './environment.js'

export type WindowScope = Pick<Window & typeof globalThis, 'close' | 'document' | 'self' | 'top'>

/** Windows beside the page: a hidden frame, and whether this page is in one. */
export function browserWindows(scope: WindowScope): Windows {
  return {
    openHiddenFrame(url) {
      const frame = scope.document.createElement('iframe')
      frame.hidden = true
      frame.setAttribute('sandbox', 'allow-scripts allow-same-origin')
      frame.src = url
      scope.document.body.append(frame)
      return () => frame.remove()
    },
    isFramed: () => scope.self !== scope.top,
    hasFocus: () => scope.document.hasFocus(),
    closeSelf: () => scope.close(),
  }
}
