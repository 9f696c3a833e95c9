/** The protocol layer as one object: every step shares the issuer's documents and the DPoP nonces of this page. */
import { authorizationCodeGrant } from './authorization-code-grant.js'
import { boundedFetch } from './bounded-fetch.js'
import type { Proofs } from './dpop.js'
import { createIssuerDocuments } from './issuer-documents.js'
import { bare, harmless, jsonObject } from './plain-data.js'
import { unreachable } from './problem.js'
import type { Protocol, ProtocolConfig } from './protocol.js'
import type { ProtocolContext } from './protocol-context.js'
import { refreshTokenGrant } from './refresh-token-grant.js'
import type * as SecondChunk from './second-chunk.js'

/** Token responses, errors, UserInfo. The largest ID tokens have some 20 kB. */
const maxBytes = 256_000

/** @param loadRest - Loads what happens around a session, not during it. */
export function assembleProtocol(
  config: ProtocolConfig,
  loadRest: () => Promise<typeof SecondChunk>,
): Protocol {
  const documents = createIssuerDocuments(config)
  const load = () =>
    loadRest().catch(() => unreachable(new Error('A part of the app could not be loaded.')))
  // Here before it is needed: a site that is deployed anew takes its old chunks away.
  load().catch(() => {})
  let proofs: Proofs | undefined

  const context: ProtocolContext = {
    config,
    documents,
    codes: new WeakMap(),
    proofs: async () => (proofs ??= (await load()).createProofs(config.clock)),
    async ask(url, init, dpopKey, signal, accessToken) {
      if (!url) unreachable(new Error(`${config.issuer} publishes no such endpoint.`))
      const own = bare(init)
      const startedAt = config.clock.now()
      const attempt = async (headers: object) => {
        const request = {
          ...own,
          headers: { accept: 'application/json', ...own.headers, ...headers },
        }
        const limitMs = signal ? 120_000 : 30_000
        const response = await boundedFetch(config, url, request, maxBytes, limitMs, signal)
        return { response, body: await jsonObject(response), startedAt }
      }
      if (!dpopKey) return attempt({})
      const { send } = await context.proofs()
      return send(dpopKey, own.method ?? 'GET', url, accessToken, attempt)
    },
    harmless,
  }

  return {
    async prepare() {
      await documents.server()
      // Without keys a refresh goes on, so they are no reason to fail.
      await documents.keys().catch(() => {})
      if (config.dpop !== 'off') await context.proofs()
    },
    buildAuthorizationRequest: async (input) =>
      (await load()).buildAuthorizationRequest(context, bare(input)),
    validateAuthorizationResponse: async (parameters, pending) =>
      (await load()).validateAuthorizationResponse(context, parameters, pending),
    authorizationCodeGrant: (response, pending) =>
      authorizationCodeGrant(context, response, pending),
    refreshTokenGrant: (input) => refreshTokenGrant(context, input),
    revoke: (refreshToken, dpopKey, signal) =>
      load()
        .then(({ revoke }) => revoke(context, refreshToken, dpopKey, signal))
        // Nothing can be done about it.
        .catch(() => {}),
    endSessionUrl: async (input) => (await load()).endSessionUrl(context, input),
    userInfo: async (accessToken, subject, dpopKey) =>
      (await load()).userInfo(context, accessToken, subject, dpopKey),
    proof: async (input) => (await context.proofs()).prove(bare(input)),
  }
}
