import type { PopupWindow, Windows } from '../environment.js'
import type { TabGate } from './tab-gate.js'

/** A popup or hidden frame that a page has opened. What happens in it the test plays, with a tab of its own if it likes. */
export interface FakeWindow {
  readonly kind: 'popup' | 'frame'
  /** Where the page sent it last. */
  readonly url: string
  readonly isOpen: boolean
  /** As the user does. */
  close(): void
}

export interface FakeWindows {
  readonly windows: Windows
  openPopup(): PopupWindow | null
  readonly opened: readonly FakeWindow[]
  blockPopups(isBlocked: boolean): void
}

export function createFakeWindows(
  gate: TabGate,
  isFramed: boolean,
  closeSelf: () => void,
): FakeWindows {
  const opened: FakeWindow[] = []
  let isBlocked = false

  function open(kind: FakeWindow['kind'], url: string) {
    const opening = {
      kind,
      url,
      isOpen: true,
      close() {
        opening.isOpen = false
      },
    }
    if (!gate.shut) opened.push(opening)
    return opening
  }

  return {
    windows: {
      openHiddenFrame: (url) => open('frame', url).close,
      isFramed: () => isFramed,
      closeSelf,
    },
    openPopup() {
      if (isBlocked) return null
      const popup = open('popup', 'about:blank')
      return {
        navigate(url) {
          popup.url = url
        },
        isClosed: () => !popup.isOpen,
        close: popup.close,
      }
    },
    opened,
    blockPopups(blocked) {
      isBlocked = blocked
    },
  }
}
