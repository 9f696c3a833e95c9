/** The issuer's two documents, metadata and keys, with their age: from memory, else the cache, else the network. */
import type { AuthorizationServer, JWKS } from 'oauth4webapi'
import {
  isOnKnownOrigins,
  isSafeUrl,
  parseServerMetadata,
} from './authorization-server-metadata.js'
import { boundedFetch } from './bounded-fetch.js'
import { bare, isObject, jsonObject, type PlainObject } from './plain-data.js'
import { codeOf, signInFailed, unreachable } from './problem.js'
import type { ProtocolConfig } from './protocol.js'

const metadataLifeMs = 24 * 3_600_000
const jwksLifeMs = 600_000
/** Large tenants publish some 100 kB. */
const maxBytes = 1_000_000
const limitMs = 10_000
/** While tokens wait to be stored, or there is an older copy: not longer than this. */
const shortLimitMs = 4_000

export interface IssuerDocuments {
  /** The metadata, at most a day old; older only while the issuer cannot be reached. */
  server(): Promise<AuthorizationServer>
  /**
   * The metadata of this page, whatever its age; loads nothing.
   *
   * @throws {SignInFailedError} `issuer-unreachable`: it was not loaded.
   */
  serverAtHand(): AuthorizationServer
  /** The keys of this page, whatever their age; loads nothing. Rejects if there are none. */
  keysAtHand(): Promise<JWKS>
  /** The keys, at most ten minutes old. */
  keys(): Promise<JWKS>
  /** The keys, just fetched. */
  keysAnew(): Promise<JWKS>
}

export function createIssuerDocuments(config: ProtocolConfig): IssuerDocuments {
  const { issuer, cache, clock } = config
  let server: AuthorizationServer | undefined
  let serverAt = 0
  let jwks: JWKS | undefined
  let jwksAt = 0

  const isFresh = (at: number, lifeMs: number) => at <= clock.now() && clock.now() < at + lifeMs

  const loadServer = joined(async () => {
    if (!isSafeUrl(issuer, issuer))
      throw signInFailed('unsafe-endpoint', `The issuer ${issuer} is not an https: URL.`)
    if (config.metadata) return (server ??= parseServerMetadata(config.metadata, issuer))
    if (!isFresh(serverAt, metadataLifeMs)) await adoptCached()
    if (isFresh(serverAt, metadataLifeMs) && server) return server
    try {
      const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
      server = parseServerMetadata(await load(url, server ? shortLimitMs : limitMs), issuer)
      serverAt = clock.now()
      remember()
    } catch (error) {
      if (!server || codeOf(error) !== 'issuer-unreachable') throw error
    }
    return server
  })

  const keysAnew = joined(async () => {
    const { jwks_uri } = await loadServer()
    const loaded = await load(jwks_uri ?? noKeys(), shortLimitMs)
    if (!isJwks(loaded)) noKeys()
    jwks = loaded
    jwksAt = clock.now()
    remember()
    return loaded
  })

  /** Others may have written the cache: it is checked as if it came from the network, and its endpoints' origins as well. */
  async function adoptCached(): Promise<void> {
    try {
      const cached = bare((await cache.read()) as PlainObject)
      const candidate = parseServerMetadata(cached['metadata'], issuer)
      if (!isOnKnownOrigins(candidate, issuer, config.allowedEndpointOrigins)) return
      const { metadataAt, jwks: keySet, jwksAt: keySetAt } = cached
      if (!(Number(metadataAt) > serverAt)) return
      server = candidate
      serverAt = Number(metadataAt)
      if (!isJwks(keySet)) return
      jwks = keySet
      jwksAt = Number(keySetAt)
    } catch {
      // Nothing there that could be used.
    }
  }

  function remember(): void {
    cache
      .write({ metadata: server, metadataAt: serverAt, ...(jwks && { jwks, jwksAt }) })
      .catch(() => {})
  }

  /** `undefined`: the server has answered, but not with a JSON object. */
  async function load(url: string, timeLimitMs: number): Promise<PlainObject | undefined> {
    const response = await boundedFetch(config, url, {}, maxBytes, timeLimitMs).catch(unreachable)
    const { status } = response
    if (status > 499 || status === 429) unreachable(new Error(`${url} answered HTTP ${status}.`))
    return status === 200 ? jsonObject(response) : undefined
  }

  function noKeys(): never {
    throw signInFailed('discovery-failed', `${issuer} publishes no usable JSON Web Key Set.`)
  }

  return {
    server: loadServer,
    serverAtHand: () =>
      server ?? unreachable(new Error(`The metadata of ${issuer} is not loaded.`)),
    keysAtHand: async () => jwks ?? noKeys(),
    async keys() {
      await loadServer()
      return jwks && isFresh(jwksAt, jwksLifeMs) ? jwks : keysAnew()
    },
    keysAnew,
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
