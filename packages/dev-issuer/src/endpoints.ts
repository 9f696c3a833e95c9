// The issuer's addresses, and which of them a request is for.

/** Endpoint names, as the request log and the fault switchboard use them. */
export type Endpoint =
  | 'discovery'
  | 'jwks'
  | 'authorization'
  | 'par'
  | 'token'
  | 'userinfo'
  | 'revocation'
  | 'end_session'
  | 'sign_in'
  | 'other'

export const routes = {
  authorization: '/authorize',
  pushed_authorization_request: '/par',
  token: '/token',
  userinfo: '/userinfo',
  jwks: '/jwks',
  revocation: '/revoke',
  end_session: '/logout',
}

export const signInPath = '/sign-in'
export const controlPath = '/dev'

/** The endpoint behind a path; the authorization and sign-out endpoints have a few paths each. */
export function endpointOf(path: string): Endpoint {
  const [, first] = path.split('/')
  switch (`/${first}`) {
    case '/.well-known':
      return 'discovery'
    case routes.jwks:
      return 'jwks'
    case routes.authorization:
      return 'authorization'
    case routes.pushed_authorization_request:
      return 'par'
    case routes.token:
      return 'token'
    case routes.userinfo:
      return 'userinfo'
    case routes.revocation:
      return 'revocation'
    case routes.end_session:
      return 'end_session'
    case signInPath:
      return 'sign_in'
    default:
      return 'other'
  }
}
