/** The issuer's two documents, metadata and keys, with their age: from memory, else the cache, else the network. */
import type { AuthorizationServer, JWKS } from 'oauth4webapi'
import { ConfigurationError } from '../errors.js'
import {
  isOnKnownOrigins,
  isSafeUrl,
  parseServerMetadata,
} from './authorization-server-metadata.js'
import { boundFetch, maxDocumentBytes } from './bounded-fetch.js'
import { bare, isObject, jsonObject, type PlainObject } from './plain-data.js'
import { signInFailed } from './problem.js'
import type { ProtocolConfig } from './protocol.js'

const metadataLifeMs = 24 * 3_600_000
const jwksLifeMs = 600_000
const timeLimitMs = 10_000
/** Keys are fetched while tokens wait to be stored: not longer than this. */
const jwksTimeLimitMs = 4_000

export interface IssuerDocuments {
  /** The metadata, at most a day old; older only while the issuer cannot be reached. */
  server(): Promise<AuthorizationServer>
  /** The metadata of this page, whatever its age; loads nothing. */
  serverAtHand(): AuthorizationServer | undefined
  /** The keys of this page, whatever their age; loads nothing. Rejects if there are none. */
  keysAtHand(): Promise<JWKS>
  /** The keys, at most ten minutes old; with `anew` just fetched. */
  keys(anew?: boolean): Promise<JWKS>
}

export function createIssuerDocuments(config: ProtocolConfig): IssuerDocuments {
  const { issuer, cache, clock } = config
  let server: AuthorizationServer | undefined
  let serverAt = 0
  let jwks: JWKS | undefined
  let jwksAt = 0

  const loadServer = joined(async () => {
    if (!isSafeUrl(issuer, issuer))
      throw new ConfigurationError('issuer', 'must be an https: URL (http: only on loopback).')
    if (config.metadata) return (server ??= parseServerMetadata(config.metadata, issuer))
    if (isFresh(serverAt, metadataLifeMs) && server) return server
    await adoptCached()
    if (isFresh(serverAt, metadataLifeMs) && server) return server
    try {
      server = parseServerMetadata(await discover(), issuer)
      serverAt = clock.now()
      remember()
    } catch (error) {
      if (!server || (error as { code?: string }).code !== 'issuer-unreachable') throw error
    }
    return server
  })

  const loadKeys = joined(async () => {
    const { jwks_uri } = await loadServer()
    if (!jwks_uri)
      throw signInFailed('discovery-failed', `The metadata of ${issuer} has no jwks_uri.`)
    const answer = await fetchDocument(jwks_uri, jwksTimeLimitMs)
    if (!isJwks(answer))
      throw signInFailed(
        'issuer-unreachable',
        `${jwks_uri} did not answer with a JSON Web Key Set.`,
      )
    jwks = answer
    jwksAt = clock.now()
    remember()
    return jwks
  })

  function isFresh(at: number, lifeMs: number): boolean {
    const age = clock.now() - at
    return age >= 0 && age < lifeMs
  }

  /** What is in the cache was not checked by this page, and others may have written it. */
  async function adoptCached(): Promise<void> {
    const cached = await cache.read().catch(() => undefined)
    if (!isObject(cached)) return
    const { metadata, metadataAt, jwks: keySet, jwksAt: keySetAt } = bare(cached)
    try {
      const candidate = parseServerMetadata(metadata, issuer)
      if (!isOnKnownOrigins(candidate, issuer, config.allowedEndpointOrigins)) return
      if (typeof metadataAt === 'number' && metadataAt > serverAt) {
        server = candidate
        serverAt = metadataAt
      }
      if (typeof keySetAt === 'number' && keySetAt > jwksAt && isJwks(keySet)) {
        jwks = keySet
        jwksAt = keySetAt
      }
    } catch {
      // Not usable: fetched anew.
    }
  }

  function remember(): void {
    const documents = { metadata: server, metadataAt: serverAt }
    cache.write(jwks ? { ...documents, jwks, jwksAt } : documents).catch(() => {})
  }

  /** OpenID Connect Discovery §4.1, then RFC 8414 §3.1 for servers without OpenID Connect. */
  async function discover(): Promise<PlainObject | undefined> {
    const { origin, pathname } = new URL(issuer)
    const path = pathname.replace(/\/$/, '')
    return (
      (await fetchDocument(`${origin}${path}/.well-known/openid-configuration`, timeLimitMs)) ??
      fetchDocument(`${origin}/.well-known/oauth-authorization-server${path}`, timeLimitMs)
    )
  }

  /** `undefined`: the server has answered, but not with such a document. */
  async function fetchDocument(url: string, limitMs: number): Promise<PlainObject | undefined> {
    const fetch = boundFetch(config, maxDocumentBytes, limitMs)
    const response = await fetch(url, { headers: { accept: 'application/json' } }).catch(
      // Too large is an answer, if a useless one.
      (error: Error) => (error.name === 'RangeError' ? new Response() : undefined),
    )
    if (!response || response.status > 499 || response.status === 429)
      throw signInFailed(
        'issuer-unreachable',
        `${url} gave no usable answer${response ? ` (HTTP ${response.status})` : ''}: offline, no CORS, or the server is down.`,
      )
    return response.status === 200 ? jsonObject(response) : undefined
  }

  return {
    server: loadServer,
    serverAtHand: () => server,
    keysAtHand: async () => {
      if (jwks) return jwks
      throw signInFailed('issuer-unreachable', `The keys of ${issuer} are not loaded.`)
    },
    keys: async (anew) => (!anew && jwks && isFresh(jwksAt, jwksLifeMs) ? jwks : loadKeys()),
  }
}

function isJwks(value: unknown): value is JWKS {
  return isObject(value) && Array.isArray(value['keys']) && value['keys'].every(isObject)
}

/** Callers that come while the work runs share its outcome. */
function joined<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<Result> | undefined
  return () => (running ??= work().finally(() => (running = undefined)))
}
