// Which tabs of the demo are open, and how many refreshes each has done. The demo's own channel: nothing of the session is in it.
import { createStore, type Store } from './store.js'

export interface TabInfo {
  readonly id: string
  readonly page: 'React' | 'Vue'
  /** Epoch ms; their order names the tabs. */
  readonly openedAt: number
  readonly isVisible: boolean
  readonly refreshes: number
}

export interface ShownTab extends TabInfo {
  readonly name: string
  readonly isThis: boolean
}

export interface TabPresence {
  readonly tabs: Store<readonly ShownTab[]>
  /** Tells the others how many refreshes this tab has done. */
  tellRefreshes(count: number): void
  dispose(): void
}

type Message =
  | { readonly type: 'who-is-here' }
  | { readonly type: 'here'; readonly tab: TabInfo }
  | { readonly type: 'bye'; readonly id: string }

const askEveryMs = 2000
const goneAfterMs = 5500

export function createTabPresence(page: TabInfo['page']): TabPresence {
  const id = crypto.randomUUID()
  const openedAt = Date.now()
  const others = new Map<string, { tab: TabInfo; heardAt: number }>()
  const undo = new AbortController()
  let refreshes = 0
  let channel: BroadcastChannel | undefined

  const me = (): TabInfo => ({
    id,
    page,
    openedAt,
    isVisible: document.visibilityState === 'visible',
    refreshes,
  })
  const tabs = createStore<readonly ShownTab[]>(arrange([me()], id))

  function publish(): void {
    tabs.set(arrange([me(), ...[...others.values()].map(({ tab }) => tab)], id))
  }

  function say(message: Message): void {
    channel?.postMessage(message)
  }

  function hear({ data }: MessageEvent<Message>): void {
    if (data.type === 'who-is-here') return say({ type: 'here', tab: me() })
    if (data.type === 'bye') others.delete(data.id)
    else others.set(data.tab.id, { tab: data.tab, heardAt: Date.now() })
    publish()
  }

  /** Asking is answered by a hidden tab too; a timer of its own would be throttled there. */
  function ask(): void {
    if (document.visibilityState !== 'visible') return
    for (const [other, { heardAt }] of others)
      if (Date.now() - heardAt > goneAfterMs) others.delete(other)
    publish()
    say({ type: 'who-is-here' })
  }

  function open(): void {
    channel ??= new BroadcastChannel('latchkey-demo-tabs')
    channel.addEventListener('message', hear)
    say({ type: 'here', tab: me() })
    say({ type: 'who-is-here' })
  }

  /** An open channel keeps a page out of the back/forward cache. */
  function close(): void {
    say({ type: 'bye', id })
    channel?.close()
    channel = undefined
  }

  open()
  const asking = setInterval(ask, askEveryMs)
  addEventListener('pagehide', close, undo)
  addEventListener('pageshow', ({ persisted }) => persisted && open(), undo)
  document.addEventListener('visibilitychange', tellMe, undo)

  function tellMe(): void {
    say({ type: 'here', tab: me() })
    publish()
  }

  return {
    tabs,
    tellRefreshes(count) {
      if (count === refreshes) return
      refreshes = count
      tellMe()
    },
    dispose() {
      clearInterval(asking)
      undo.abort()
      close()
    },
  }
}

function arrange(tabs: readonly TabInfo[], ownId: string): ShownTab[] {
  return [...tabs]
    .sort((a, b) => a.openedAt - b.openedAt || a.id.localeCompare(b.id))
    .map((tab, index) => ({ ...tab, name: `Tab ${index + 1}`, isThis: tab.id === ownId }))
}
