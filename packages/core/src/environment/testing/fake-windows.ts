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
  /** The page it was sent to is there. With `hasCoop` the opener loses it: it is said to be closed and cannot be closed. */
  arrive(hasCoop?: boolean): void
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
      isThere: false,
      isCutOff: false,
      close() {
        opening.isOpen = false
      },
      arrive(hasCoop = false) {
        opening.isThere = true
        opening.isCutOff = hasCoop
      },
    }
    if (!gate.shut) opened.push(opening)
    return opening
  }

  return {
    windows: {
      openHiddenFrame: (url) => open('frame', url).close,
      isFramed: () => isFramed,
      hasFocus: () => !opened.some(({ kind, isOpen }) => kind === 'popup' && isOpen),
      closeSelf,
    },
    openPopup() {
      if (isBlocked) return null
      const popup = open('popup', 'about:blank')
      return {
        get closed() {
          return !popup.isOpen || popup.isCutOff
        },
        location: {
          get href() {
            if (popup.isThere) throw new DOMException('another origin', 'SecurityError')
            return 'about:blank'
          },
          replace(url) {
            popup.url = url
          },
        },
        close: () => popup.isCutOff || popup.close(),
      }
    },
    opened,
    blockPopups(blocked) {
      isBlocked = blocked
    },
  }
}
