/** Live connections of the page, made by the recipes of the docs. */
import type { AuthClient, KeptConnection } from '@latchkey/core'
import * as eventSource from '../../recipes/event-source.js'
import * as fetchStream from '../../recipes/fetch-stream.js'
import * as webSocket from '../../recipes/websocket.js'

export const feedKinds = ['websocket', 'event-source', 'fetch-stream'] as const

export type FeedKind = (typeof feedKinds)[number]

export interface FeedDriver {
  /** Follows the notes of a live server. */
  follow(kind: FeedKind, url: string): void
  /** What has arrived so far. */
  notesOf(kind: FeedKind): readonly string[]
  /** Why no further connection is made; waits until there is none. */
  endOf(kind: FeedKind): Promise<string>
}

export function createFeedDriver(auth: AuthClient): FeedDriver {
  const feeds = new Map<FeedKind, { notes: string[]; kept: KeptConnection }>()
  return {
    follow(kind, url) {
      const notes: string[] = []
      const show = (note: string) => void notes.push(note)
      const socketUrl = url.replace(/^http/, 'ws')
      const kept = {
        websocket: () => webSocket.followNotes(auth, `${socketUrl}socket`, show),
        'event-source': () => eventSource.followNotes(auth, url, show),
        'fetch-stream': () => fetchStream.followNotes(auth, url, show),
      }[kind]()
      feeds.set(kind, { notes, kept })
    },
    notesOf: (kind) => feeds.get(kind)?.notes ?? [],
    endOf: async (kind) => (await feeds.get(kind)?.kept.ended) ?? 'never begun',
  }
}
