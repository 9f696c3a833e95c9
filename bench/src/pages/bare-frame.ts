// The bare transport in a frame of its own, for contenders that change the globals of their page.
import type { PairOptions } from './bench-window.js'
import type { Send } from './pairs.js'

export async function openBareFrame(transport: PairOptions['transport']): Promise<Send> {
  const frame = document.createElement('iframe')
  frame.src = '/bare-axios/'
  await new Promise((resolve) => {
    frame.addEventListener('load', resolve)
    document.body.append(frame)
  })
  const other = frame.contentWindow as Window & { requests: Window['requests'] }
  await other.requests.ready
  if (transport === 'stub') throw new Error('patched globals are not used by a stub')
  return (path) => other.requests.block(path, 1, 1)
}
