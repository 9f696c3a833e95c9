/** Authorization server metadata (RFC 8414, OpenID Connect Discovery): what must be true before any of it is used. */
import type { AuthorizationServer } from 'oauth4webapi'
import { bare, harmless, isObject } from './plain-data.js'
import { signInFailed } from './problem.js'

const endpointName = /_endpoint$|_iframe$|^jwks_uri$/

/**
 * Checks the issuer, the scheme of every endpoint and PKCE support; gives the metadata without a prototype.
 *
 * @throws {SignInFailedError} `discovery-failed`, `issuer-mismatch`, `unsafe-endpoint`, `pkce-unsupported`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414#section-3.3 RFC 8414 §3.3}
 */
export function parseServerMetadata(document: unknown, issuer: string): AuthorizationServer {
  if (!isObject(document))
    throw signInFailed('discovery-failed', `The metadata of ${issuer} is not a JSON object.`)
  const server = bare(document)
  if (withoutBareSlash(server['issuer']) !== withoutBareSlash(issuer))
    throw signInFailed(
      'issuer-mismatch',
      `The metadata of ${issuer} names another issuer: ${harmless(server['issuer'])}. Set \`issuer\` to exactly what the server publishes.`,
    )

  for (const name of endpointNames(server)) {
    if (!isSafeUrl(server[name], issuer))
      throw signInFailed(
        'unsafe-endpoint',
        `${harmless(name)} in the metadata of ${issuer} is no plain https: URL.`,
      )
  }
  for (const name of ['authorization_endpoint', 'token_endpoint']) {
    if (!server[name])
      throw signInFailed('discovery-failed', `The metadata of ${issuer} has no ${name}.`)
  }
  const methods = server['code_challenge_methods_supported'] as string[] | undefined
  // Absent is fine: Entra ID supports S256 and does not say so. We send it, `state` and `nonce` always.
  if (methods && !methods.includes?.('S256'))
    throw signInFailed('pkce-unsupported', `${issuer} does not support PKCE with S256.`)
  return server as unknown as AuthorizationServer
}

/** Whether all endpoints are on the issuer's origin or on one the app has listed. */
export function isOnKnownOrigins(
  server: AuthorizationServer,
  issuer: string,
  allowedOrigins: readonly string[],
): boolean {
  const endpoints = server as unknown as Record<string, string>
  const known = [new URL(issuer).origin, ...allowedOrigins]
  return endpointNames(endpoints).every((name) =>
    known.includes(new URL(endpoints[name] ?? '').origin),
  )
}

/** `https:` without user info; `http:` only from a loopback issuer to a loopback host. */
export function isSafeUrl(value: unknown, issuer: string): boolean {
  try {
    const { protocol, hostname, username, password } = new URL(value as string)
    const isAllowed =
      protocol === 'https:' ||
      (protocol === 'http:' && isLoopback(hostname) && issuer.startsWith('http:'))
    return typeof value === 'string' && isAllowed && !username && !password
  } catch {
    return false
  }
}

function endpointNames(server: Record<string, unknown>): string[] {
  return Object.keys(server).filter((name) => endpointName.test(name) && server[name])
}

function isLoopback(hostname: string): boolean {
  return /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}

/** `https://as` and `https://as/` are one issuer for us; any other difference counts. */
function withoutBareSlash(issuer: unknown): unknown {
  return typeof issuer === 'string' ? issuer.replace(/^(\w+:\/\/[^/]+)\/$/, '$1') : issuer
}
