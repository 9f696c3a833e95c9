/** What the steps of the protocol share: configuration, the issuer's documents, and how oauth4webapi is to be called. */
import * as oauth from 'oauth4webapi'
import { boundFetch, maxAnswerBytes, type BoundedFetch } from './bounded-fetch.js'
import type { Proofs } from './dpop.js'
import type { IssuerDocuments } from './issuer-documents.js'
import { bare } from './plain-data.js'
import { signInFailed } from './problem.js'
import type { PendingRequest, ProtocolConfig } from './protocol.js'

export interface ProtocolContext {
  readonly config: ProtocolConfig
  readonly documents: IssuerDocuments
  /** DPoP, loaded when first needed: most apps never do. */
  proofs(): Promise<Proofs>
}

const tokenRequestLimitMs = 30_000

/** A `fetch` for the endpoints that take and give tokens. The caller's signal may end it earlier. */
export function endpointFetch(
  { config }: ProtocolContext,
  signal?: AbortSignal,
  timeLimitMs = tokenRequestLimitMs,
): BoundedFetch {
  return boundFetch(config, maxAnswerBytes, timeLimitMs, signal)
}

/** Options of an oauth4webapi request. Without a prototype: it reads optional members by name. */
export function requestOptions(
  { config }: ProtocolContext,
  fetch: BoundedFetch,
  headers: Record<string, string>,
  parameters: Readonly<Record<string, string | undefined>> = {},
) {
  const additionalParameters = new URLSearchParams(config.tokenParams)
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) additionalParameters.set(name, value)
  return bare({
    headers,
    additionalParameters,
    [oauth.customFetch]: fetch as (url: string, init: object) => Promise<Response>,
    // Every endpoint was checked when the metadata came: http: is there only for loopback issuers.
    [oauth.allowInsecureRequests]: config.issuer.startsWith('http:'),
  })
}

/** The client as oauth4webapi wants it, with the ID token algorithms pinned. */
export function oauthClient(
  { config }: ProtocolContext,
  server: oauth.AuthorizationServer,
): oauth.Client {
  return bare({
    client_id: config.clientId,
    // A list works as well as the one name its type speaks of.
    id_token_signed_response_alg: signatureAlgorithms(
      config,
      server.id_token_signing_alg_values_supported,
    ) as unknown as string,
    // Times are judged in id-token.ts, with this client's clock.
    [oauth.clockTolerance]: 1e12,
  })
}

/** What the server offers and the app accepts: signatures that only the server can make, so never `none`, never HMAC. */
export function signatureAlgorithms(
  { idTokenSigningAlgorithms: accepted }: ProtocolConfig,
  offered: readonly string[] = accepted ?? ['RS256'],
): string[] {
  return offered.filter(
    (name) =>
      /^([RPE]S(256|384|512)|Ed25519|EdDSA)$/.test(name) && (accepted ?? offered).includes(name),
  )
}

/** Mix-up defence: a request that was made to another issuer, or for another client, is not gone on with (RFC 9700 §4.4.2). */
export function requireOwnRequest({ config }: ProtocolContext, pending: PendingRequest): void {
  if (pending.issuer !== config.issuer || pending.clientId !== config.clientId)
    throw signInFailed(
      'issuer-mismatch',
      'This sign-in was begun with another issuer or client id. Start it again.',
    )
}

export function asksForIdToken(scope: string): boolean {
  return scope.split(' ').includes('openid')
}
