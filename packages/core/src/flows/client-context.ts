/** What the flows of one client share. Each takes of it what it needs. */
import type { AuthClientOptions } from '../auth-client.js'
import type { Environment, StartEnvironment, TabChannel } from '../environment/environment.js'
import type { Protocol } from '../protocol/protocol.js'
import type { ClientNames } from '../session/client-names.js'
import type { Resource } from '../session/resource.js'
import type { SessionMemory } from '../session/session-memory.js'
import type { SessionRecord } from '../session/session-record.js'
import type { TabMessage } from '../session/tab-message.js'
import type { AttemptRegistry } from './refresh-attempt.js'
import type { UnsavedRefresh } from './unsaved-refresh.js'
import type { UnstoredSignIn } from './unstored-sign-in.js'

/** Shared by all clients of one page, of two copies of the library too. */
export interface PageRegistry {
  readonly attempts: AttemptRegistry
  /** Callbacks being handled, by client. */
  readonly callbacks: Map<string, Promise<void>>
}

/** What there is of a client before its first screen. */
export interface ClientShell<User = unknown> {
  readonly options: AuthClientOptions<User>
  readonly start: StartEnvironment
  readonly names: ClientNames
  readonly resources: readonly Resource[]
  readonly memory: SessionMemory<User>
  readonly registry: PageRegistry
  /** Instead of the chunk of ours. */
  readonly loadProtocol?: (() => Promise<Protocol>) | undefined
  /** The claims of a record as the app sees them. @throws {ConfigurationError} `claimsSchema` refuses them. */
  toUser(record: SessionRecord): User
  /** Settles when the session is restored, or the callback handled. */
  readonly restored: Promise<void>
  isDisposed(): boolean
}

/** A whole client. */
export interface ClientContext<User = unknown> extends Omit<ClientShell<User>, 'loadProtocol'> {
  readonly environment: Environment
  readonly channel: TabChannel
  /** The protocol layer, loaded when first needed. @throws {RefreshPostponedError} `code-not-loaded`. */
  loadProtocol(): Promise<Protocol>
  tell(message: TabMessage): void
  /** Hears what other tabs say, and nothing once the client is disposed. Returns the undo. */
  hear(listener: (message: TabMessage) => void): () => void
  /** `false` in a service worker: nothing can be shown to the user, nor asked of them. */
  readonly hasPage: boolean
  /** In or after `freeze` and `pagehide` nothing may begin in the store, and no lock be asked for (PROTOCOL rule 4). */
  isAsleep(): boolean
  untilAwake(): Promise<void>
  /** How often the page has slept: what was read before a sleep is old after it. */
  naps(): number
  /** Intents this page owns: it answers for them. */
  readonly ownIntents: Set<string>
  /** Refresh tokens that were spent though the store could not be told. */
  readonly spent: Set<string>
  /** Sessions of which another tab has told that it had to do so. */
  readonly spentSessions: Set<string>
  /** The highest generation other tabs have told of: what this page cannot read, it may still know to exist. */
  heardGeneration: number
  /** Sessions whose app was told that the configuration is wrong: once, until a refresh succeeds. */
  readonly toldStop: Set<string>
  /** Answers that could not be stored yet, in their order. */
  readonly unsaved: UnsavedRefresh[]
  /** The session of a sign-in that could not be stored yet. */
  unstored: UnstoredSignIn | undefined
  /** Tells the app of a sign-out under way: before it shows anybody else. */
  tellSignOut: (() => void) | undefined
  /** Resources and scopes that were refused, as `sessionId key`: not asked for again before the next sign-in. */
  readonly refusedKeys: Set<string>
  /** In [0, 1): for jitter. */
  random(): number
  warn(message: string): void
}
