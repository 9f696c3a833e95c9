/** Which resource a URL belongs to, and how its tokens are keyed: by parsed origin and whole path segments, never by prefix of text. */
import { ConfigurationError } from '../errors.js'

/** How to name a resource server, and what tokens for it look like (RFC 8707). */
export interface ResourceOptions {
  /** Requests to this origin and below this path get the token. Relative URLs resolve against the document's base. Wildcards are refused. */
  readonly url: string
  /** What `getAccessToken({ resource })` calls it; default: `resource`, else `url`. */
  readonly name?: string
  /** The RFC 8707 resource indicator sent to the token endpoint; default: none, the token of the sign-in is used. */
  readonly resource?: string
  /** Scopes of tokens for this resource, separated by spaces; default: those of the sign-in. */
  readonly scope?: string
  /** `false`: a request goes out bare while nobody is signed in. Default `true`: it is rejected with `SignInRequiredError`. */
  readonly required?: boolean
}

export interface Resource {
  readonly name: string
  readonly origin: string
  /** Begins and ends with a slash. */
  readonly path: string
  readonly resource: string | undefined
  readonly scope: string | undefined
  readonly required: boolean
  /** Key of its tokens in the record. */
  readonly key: string
}

/**
 * @throws {ConfigurationError} Not an absolute or resolvable http(s) URL, plain http beyond loopback, a wildcard, or userinfo, query or fragment.
 */
export function resolveResource(options: ResourceOptions, baseUrl: string): Resource {
  const { resource, scope } = options
  const refuse = (why: string) => new ConfigurationError('resources', `"${options.url}" ${why}.`)
  const url = parseUrl(options.url, baseUrl)
  if (!url || !isSecureUrl(url)) throw refuse('must be https: (http: on loopback only)')
  const { origin, pathname } = url
  // no userinfo, query or fragment
  if (url.href !== origin + pathname || url.href.includes('*'))
    throw refuse('must be an origin and a path, without wildcards')
  return {
    name: options.name ?? resource ?? options.url,
    origin,
    path: pathname.endsWith('/') ? pathname : `${pathname}/`,
    resource,
    scope,
    required: options.required ?? true,
    key: tokenKey(resource, scope),
  }
}

/** @throws {ConfigurationError} No resource has that name. */
export function findResource(resources: readonly Resource[], name: string): Resource {
  const found = resources.find((resource) => resource.name === name)
  if (!found) throw new ConfigurationError('resource', `none is named "${name}"`)
  return found
}

/** The resource with the longest path that covers the URL. A URL with userinfo has none. */
export function matchResource(resources: readonly Resource[], url: URL): Resource | undefined {
  let best: Resource | undefined
  for (const resource of resources)
    if (
      resource.origin === url.origin &&
      // a blob: URL has the origin of its creator, but a path without a slash
      `${url.pathname}/`.startsWith(resource.path) &&
      resource.path.length > (best?.path.length ?? 0)
    )
      best = resource
  return url.username || url.password ? undefined : best
}

/** The record's key for tokens of this resource and scope; '' is the token of the sign-in. */
export function tokenKey(resource: string | undefined, scope: string | undefined): string {
  return resource || scope ? `${resource ?? ''} ${sortScope(scope ?? '')}` : ''
}

/** Scopes without order and repetition (RFC 6749 §3.3). */
export function sortScope(scope: string): string {
  return [...new Set(scope.split(' ').filter(Boolean))].sort().join(' ')
}

/** https, or http on loopback (RFC 8252 §8.3). */
export function isSecureUrl(url: URL): boolean {
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname))
  )
}

export function parseUrl(url: string, baseUrl?: string): URL | undefined {
  try {
    return new URL(url, baseUrl)
  } catch {
    return undefined
  }
}
