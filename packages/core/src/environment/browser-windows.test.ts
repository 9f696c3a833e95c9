import { Window } from 'happy-dom'
import { expect, it } from 'vitest'
import { browserWindows, type WindowScope } from './browser-windows.js'

it('F5: opens a hidden, sandboxed frame and removes it', () => {
  const window = new Window({
    url: 'https://app.test/',
    settings: { handleDisabledFileLoadingAsSuccess: true },
  })
  const remove = browserWindows(window as unknown as WindowScope).openHiddenFrame(
    'https://as.test/authorize?prompt=none',
  )
  const frame = window.document.querySelector('iframe')
  expect(frame?.src).toBe('https://as.test/authorize?prompt=none')
  expect(frame?.hidden).toBe(true)
  expect(frame?.getAttribute('sandbox')).toBe('allow-scripts allow-same-origin')
  remove()
  expect(window.document.querySelector('iframe')).toBeNull()
})

it('knows whether the user is in this page', () => {
  const scope = (focus: boolean) => ({ document: { hasFocus: () => focus } }) as WindowScope
  expect(browserWindows(scope(true)).hasFocus()).toBe(true)
  expect(browserWindows(scope(false)).hasFocus()).toBe(false)
})

it('knows whether it is in a frame, and closes itself', () => {
  let closed = 0
  const scope = (top: unknown) => ({ self: 'me', top, close: () => closed++ }) as unknown
  const framed = browserWindows(scope('parent') as WindowScope)
  expect([framed.isFramed(), browserWindows(scope('me') as WindowScope).isFramed()]).toEqual([
    true,
    false,
  ])
  framed.closeSelf()
  expect(closed).toBe(1)
})
