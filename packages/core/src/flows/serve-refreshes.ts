/** The refresh story in a service worker: same lock, same journal, same commit guard; it keeps no token between events (PROTOCOL rule 30). */
import type { AuthClientOptions } from '../auth-client.js'
import type { Environment } from '../environment/environment.js'
import type { CreateProtocol } from '../protocol/protocol.js'
import { clientNames } from '../session/client-names.js'
import { createSessionMemory } from '../session/session-memory.js'
import { isObject, parseSessionRecord, type SessionRecord } from '../session/session-record.js'
import { encodeTabMessage, parseTabMessage, type TabMessage } from '../session/tab-message.js'
import { attemptRefresh } from './attempt-refresh.js'
import type { ClientContext } from './client-context.js'
import { untilSaved } from './commit-refresh.js'
import { answerPings } from './proof-of-life.js'
import { protocolConfig } from './protocol-config.js'

/** The options of the client that concern a refresh; they must be the page's own. */
export type ServedClientOptions = Pick<
  AuthClientOptions,
  | 'issuer'
  | 'clientId'
  | 'name'
  | 'metadata'
  | 'allowedEndpointOrigins'
  | 'tokenParams'
  | 'clockToleranceMs'
  | 'idTokenSigningAlgorithms'
  | 'dpop'
  | 'silentReauthentication'
>

export interface RefreshServer {
  /** Serves a page's request, if it is one for this client. `undefined`: it is not. */
  serve(message: unknown, answer: (what: 'claimed' | 'over') => void): Promise<void> | undefined
}

export function serveRefreshes(
  served: ServedClientOptions,
  environment: Environment,
  createProtocol: CreateProtocol,
): RefreshServer {
  // a redirect URI is of no use here, and no page may name one
  const options: AuthClientOptions = { ...served, redirectUri: '/' }
  const names = clientNames(options.issuer, options.clientId, options.name ?? '')
  const protocol = createProtocol(protocolConfig(options, environment, names))

  async function refresh(
    session: string,
    startedAt: number,
    answer: (what: 'claimed' | 'over') => void,
  ): Promise<void> {
    const { context, close } = openContext(options, environment, protocol)
    try {
      const value = await environment.store.read(names.session)
      const record = parseSessionRecord(value, options)
      const token = record?.accessTokens['']
      const isCurrent = record?.state === 'signed-in' && record.sessionId === session
      if (!record || !isCurrent) return
      if (token && token.startedAt > startedAt) return
      context.memory.hold(record)
      context.memory.verified = true
      const attempt = {
        wishes: [{ key: '', held: context.memory.token('') }],
        moves: 0,
        refused: new Map(),
        over: Promise.resolve(),
        onClaim: () => answer('claimed'),
      }
      await attemptRefresh(context, protocol, attempt, record)
      await untilSaved(context)
    } catch {
      // the page meets the same failure in the record, and tells of it
    } finally {
      answer('over')
      close()
    }
  }

  return {
    serve(message, answer) {
      if (
        !isObject(message) ||
        message['v'] !== 1 ||
        message['type'] !== 'refresh' ||
        message['client'] !== names.shared ||
        typeof message['session'] !== 'string' ||
        typeof message['startedAt'] !== 'number'
      )
        return undefined
      return refresh(message['session'], message['startedAt'], answer)
    },
  }
}

/** A client for one event: what it learns is gone with it. */
function openContext(
  options: AuthClientOptions,
  environment: Environment,
  protocol: ReturnType<CreateProtocol>,
): { context: ClientContext; close: () => void } {
  const names = clientNames(options.issuer, options.clientId, options.name ?? '')
  const channel = environment.openChannel(names.shared)
  const hearers = new Set<(message: TabMessage) => void>()
  const context: ClientContext = {
    options,
    environment,
    names,
    channel,
    start: { ...environment, ...noStart },
    resources: [],
    memory: createSessionMemory(environment.clock, false),
    registry: { attempts: new Map(), callbacks: new Map() },
    restored: Promise.resolve(),
    loadProtocol: () => Promise.resolve(protocol),
    toUser: ({ claims }: SessionRecord) => claims,
    tell: (message) => channel.post(encodeTabMessage(message)),
    hear(listener) {
      hearers.add(listener)
      return () => hearers.delete(listener)
    },
    hasPage: false,
    ownIntents: new Set(),
    isAsleep: () => false,
    untilAwake: () => Promise.resolve(),
    naps: () => 0,
    spent: new Set(),
    spentSessions: new Set(),
    unsaved: [],
    unstored: undefined,
    tellSignOut: undefined,
    toldStop: new Set(),
    heardGeneration: 0,
    refusedKeys: new Set(),
    random: Math.random,
    isDisposed: () => false,
    warn() {},
  }
  channel.open((data) => {
    const message = parseTabMessage(data)
    if (message) for (const hearer of [...hearers]) hearer(message)
  })
  answerPings(context)
  return { context, close: () => channel.close() }
}

const noStart = {
  read: () => Promise.resolve(undefined),
  openPopup: () => null,
  onSleep: () => () => {},
  complete: () => Promise.reject(new Error('There is no page here.')),
}
