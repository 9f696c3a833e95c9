/** Windows beside the page: a popup opened in the click itself, a hidden frame, and whether this page is in one. */

export interface PopupWindow {
  navigate(url: string): void
  /** What the browser says; a window whose page has COOP is said to be closed while it is open. */
  isClosed(): boolean
  close(): void
}

export interface Windows {
  /** Must be called in the click itself, before anything is awaited. `null`: blocked. */
  openPopup(): PopupWindow | null
  /** Returns what removes it. */
  openHiddenFrame(url: string): () => void
  isFramed(): boolean
  closeSelf(): void
}

const width = 480
const height = 640

export function browserWindows(scope: typeof globalThis & Window): Windows {
  return {
    openPopup() {
      const left = scope.screenX + (scope.outerWidth - width) / 2
      const top = scope.screenY + (scope.outerHeight - height) / 2
      const popup = scope.open(
        'about:blank',
        '_blank',
        `popup,width=${width},height=${height},left=${left},top=${top}`,
      )
      return (
        popup && {
          navigate: (url) => popup.location.replace(url),
          isClosed: () => popup.closed,
          close: () => popup.close(),
        }
      )
    },
    openHiddenFrame(url) {
      const frame = scope.document.createElement('iframe')
      frame.hidden = true
      frame.setAttribute('sandbox', 'allow-scripts allow-same-origin')
      frame.src = url
      scope.document.body.append(frame)
      return () => frame.remove()
    },
    isFramed: () => scope.self !== scope.top,
    closeSelf: () => scope.close(),
  }
}
