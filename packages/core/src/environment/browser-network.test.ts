import { expect, it, vi } from 'vitest'
import { browserNetwork } from './browser-network.js'

it('is offline only when the browser says so, and tells when it is back', () => {
  const scope = Object.assign(new EventTarget(), { navigator: { onLine: false } })
  const network = browserNetwork(scope)
  expect(network.isOnline()).toBe(false)
  const back = vi.fn<() => void>()
  const undo = network.onOnline(back)
  scope.navigator.onLine = true
  scope.dispatchEvent(new Event('online'))
  expect(network.isOnline()).toBe(true)
  undo()
  scope.dispatchEvent(new Event('online'))
  expect(back).toHaveBeenCalledTimes(1)
})

it('is online where there is no window', () => {
  const network = browserNetwork({})
  network.onOnline(() => {})()
  expect(network.isOnline()).toBe(true)
})
