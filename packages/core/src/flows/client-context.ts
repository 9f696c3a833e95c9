/** What the flows of one client share. Each takes of it what it needs. */
import type { AuthClientOptions } from '../auth-client.js'
import type { Environment, TabChannel } from '../environment/environment.js'
import type { Windows } from '../environment/windows.js'
import type { Protocol } from '../protocol/protocol.js'
import type { ClientNames } from '../session/client-names.js'
import type { Resource } from '../session/resource.js'
import type { SessionMemory } from '../session/session-memory.js'
import type { SessionRecord } from '../session/session-record.js'
import type { TabMessage } from '../session/tab-message.js'
import type { AttemptRegistry } from './refresh-access-token.js'

export interface ClientContext<User = unknown> {
  readonly options: AuthClientOptions<User>
  readonly environment: Environment
  readonly names: ClientNames
  readonly resources: readonly Resource[]
  readonly memory: SessionMemory<User>
  readonly channel: TabChannel
  /** Refresh attempts and callbacks of all clients in this page, by client and session. */
  readonly registry: AttemptRegistry
  /** The protocol layer, loaded when first needed. @throws {RefreshPostponedError} `code-not-loaded`. */
  loadProtocol(): Promise<Protocol>
  /** The claims of a record as the app sees them. */
  toUser(record: SessionRecord): User
  tell(message: TabMessage): void
  /** Hears what other tabs say, and nothing once the client is disposed. Returns the undo. */
  hear(listener: (message: TabMessage) => void): () => void
  /** Intents this page owns: it answers for them. */
  readonly ownIntents: Set<string>
  /** Refresh tokens that were spent though the store could not be told, as `sessionId generation`. */
  readonly spent: Set<string>
  /** Settles when restored; later reads after a doubt go through `verify`. */
  readonly restored: Promise<void>
  readonly windows: Windows
  /** In [0, 1): for jitter. */
  random(): number
  isDisposed(): boolean
  warn(message: string): void
}
