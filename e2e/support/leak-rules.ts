// Where each secret may go (SECURITY section 0, INV1–INV4). Whatever is not named here is a leak.
import { holds, type Secret } from './secrets.js'

export interface SentRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Homes {
  readonly issuer: string
  readonly app: string
  /** Path of the redirect URI. */
  readonly redirectPath: string
  /** URLs whose requests may carry an access token, with a slash at the end. */
  readonly resources: readonly string[]
}

type Part = 'url' | 'body' | 'authorization' | 'referer' | 'header'

/** What is wrong with a request: each secret in it that has no business there. */
export function leaksIn(request: SentRequest, secrets: readonly Secret[], homes: Homes): string[] {
  // a URL that cannot be parsed leads nowhere, and is nobody's home
  const target = URL.parse(request.url) ?? new URL('about:blank')
  const where = `${target.origin}${target.pathname}`
  const parts: [Part, string][] = [
    ['url', request.url],
    ['body', request.body],
    ...Object.entries(request.headers).map(([name, value]): [Part, string] => [
      partOf(name),
      value,
    ]),
  ]
  return parts.flatMap(([part, text]) =>
    secrets
      .filter((secret) => holds(text, secret) && !isAtHome(secret, part, target, homes))
      .map(({ kind }) => `${kind} in the ${part} of ${request.method} ${where}`),
  )
}

function partOf(header: string): Part {
  const name = header.toLowerCase()
  return name === 'authorization' || name === 'referer' ? name : 'header'
}

function isAtHome({ kind }: Secret, part: Part, target: URL, homes: Homes): boolean {
  const { issuer, app, redirectPath, resources } = homes
  const isIssuer = target.origin === issuer
  const isAt = (...paths: string[]) =>
    isIssuer && paths.some((path) => target.pathname.split('/')[1] === path)
  const isCallback = target.origin === app && target.pathname === redirectPath
  // a page's own files are asked for while its address still holds the response
  const isOwnReferer = part === 'referer' && (isIssuer || target.origin === app)
  switch (kind) {
    case 'access token':
      return (
        part === 'authorization' &&
        (isAt('userinfo') || resources.some((resource) => `${target.href}/`.startsWith(resource)))
      )
    case 'refresh token':
      return part === 'body' && isAt('token', 'revoke')
    case 'ID token':
      // as `id_token_hint`
      return ((part === 'url' || part === 'body') && isAt('logout', 'authorize')) || isOwnReferer
    case 'code':
      return (part === 'body' && isAt('token')) || (part === 'url' && isCallback) || isOwnReferer
    case 'code verifier':
      return part === 'body' && isAt('token')
    case 'state':
      return (
        (part === 'url' && (isAt('authorize') || isCallback)) ||
        (part === 'body' && isAt('par')) ||
        isOwnReferer
      )
    case 'nonce':
      return (
        (part === 'url' && isAt('authorize')) || (part === 'body' && isAt('par')) || isOwnReferer
      )
  }
}
