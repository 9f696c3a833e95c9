/** Authorization server metadata (RFC 8414, OpenID Connect Discovery): what must be true before any of it is used. */
import type { AuthorizationServer } from 'oauth4webapi'
import type { SignInFailureCode } from '../errors.js'
import { bare, harmless, isObject } from './plain-data.js'
import { signInFailed } from './problem.js'

/**
 * Checks the issuer, the scheme of every endpoint and PKCE support; gives the metadata without a prototype.
 *
 * @throws {SignInFailedError} `discovery-failed`, `issuer-mismatch`, `unsafe-endpoint`, `pkce-unsupported`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414#section-3.3 RFC 8414 §3.3}
 */
export function parseServerMetadata(document: unknown, issuer: string): AuthorizationServer {
  const server = bare(isObject(document) ? document : {})
  const demand = (isMet: unknown, code: SignInFailureCode, what: string) => {
    if (!isMet) throw signInFailed(code, `The metadata of ${issuer} has no usable ${what}.`)
  }
  const published = server['issuer']
  demand(published, 'discovery-failed', 'issuer')
  demand(
    withoutBareSlash(published) === withoutBareSlash(issuer),
    'issuer-mismatch',
    `issuer: it says ${harmless(published)}, use that`,
  )
  for (const name of Object.keys(server))
    if (name.endsWith('_alg_values_supported') && !Array.isArray(server[name])) delete server[name]
  for (const name of endpointNames(server))
    demand(
      isSafeUrl(server[name], issuer),
      'unsafe-endpoint',
      `${harmless(name)}: it must be https:`,
    )
  for (const name of ['authorization_endpoint', 'token_endpoint'])
    demand(server[name], 'discovery-failed', name)
  // Absent is fine: Entra ID supports S256 and does not say so. We send it, `state` and `nonce` always.
  const methods = server['code_challenge_methods_supported'] as string[] | undefined
  demand(!methods || methods.includes?.('S256'), 'pkce-unsupported', 'PKCE method (S256)')
  return server as unknown as AuthorizationServer
}

/** Whether all endpoints are on the issuer's origin or on one the app has listed. */
export function isOnKnownOrigins(
  server: AuthorizationServer,
  issuer: string,
  allowedOrigins: readonly string[],
): boolean {
  const endpoints = server as unknown as Record<string, string>
  const known = [issuer, ...allowedOrigins].map(originOf)
  return endpointNames(endpoints).every((name) => known.includes(originOf(endpoints[name] ?? '')))
}

/** `https:` without user info; `http:` only from a loopback issuer to a loopback host. */
export function isSafeUrl(value: unknown, issuer: string): boolean {
  try {
    const { protocol, hostname, username, password } = new URL(value as string)
    const isPlain =
      protocol === 'http:' &&
      issuer.startsWith('http:') &&
      /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
    return typeof value === 'string' && (protocol === 'https:' || isPlain) && !username && !password
  } catch {
    return false
  }
}

function endpointNames(server: Record<string, unknown>): string[] {
  return Object.keys(server).filter(
    (name) => /_endpoint$|_iframe$|^jwks_uri$/.test(name) && server[name],
  )
}

function originOf(url: string): string {
  return new URL(url).origin
}

/** `https://as` and `https://as/` are one issuer for us; any other difference counts. */
function withoutBareSlash(issuer: unknown): unknown {
  return typeof issuer === 'string' ? issuer.replace(/^(\w+:\/\/[^/]+)\/$/, '$1') : issuer
}
