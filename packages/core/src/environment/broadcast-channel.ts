import type { TabChannel } from './environment.js'

/** A channel between the tabs of an origin. Where the browser has none, or refuses it, nothing is heard and nothing thrown. */
export function broadcastChannel(scope: ChannelScope, name: string): TabChannel {
  let channel: BroadcastChannel | undefined
  const close = () => channel?.close()
  return {
    open(listener) {
      close()
      try {
        channel = new scope.BroadcastChannel(name)
        channel.onmessage = (event) => listener(event.data)
        channel.onmessageerror = () => listener(undefined)
      } catch {}
    },
    post(message) {
      try {
        channel?.postMessage(message)
      } catch {}
    },
    close,
  }
}

export type ChannelScope = Pick<typeof globalThis, 'BroadcastChannel'>
