// Cross-origin access: for the apps' origins at what an app calls itself, on errors and faults too.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { controlPath, endpointOf, type Endpoint } from './endpoints.js'

export const corsHeaders = [
  'Access-Control-Allow-Origin',
  'Access-Control-Allow-Headers',
  'Access-Control-Allow-Methods',
  'Access-Control-Expose-Headers',
]

/** Public documents, which a page of any origin may read. */
const open: Endpoint[] = ['discovery', 'jwks']
const forApps: Endpoint[] = ['token', 'userinfo', 'revocation', 'par']

/** Sets the CORS headers, before anything can go wrong; says whether the request was a preflight, now answered. */
export function answerCors(context: KoaContextWithOIDC, appOrigins: readonly string[]): boolean {
  const origin = context.get('Origin')
  context.vary('Origin')
  if (origin && isAllowed(context.path, origin, appOrigins)) {
    context.set('Access-Control-Allow-Origin', origin)
    context.set('Access-Control-Expose-Headers', 'WWW-Authenticate, DPoP-Nonce, Retry-After')
  }
  if (context.method !== 'OPTIONS' || !context.get('Access-Control-Request-Method')) return false

  context.status = 204
  context.set('Access-Control-Allow-Methods', 'GET, POST, DELETE')
  context.set('Access-Control-Allow-Headers', context.get('Access-Control-Request-Headers'))
  // Never remembered, so that a CORS fault is seen by the very next request.
  context.set('Access-Control-Max-Age', '0')
  return true
}

function isAllowed(path: string, origin: string, appOrigins: readonly string[]): boolean {
  const endpoint = endpointOf(path)
  if (open.includes(endpoint)) return true
  const isForApps = forApps.includes(endpoint) || path.startsWith(`${controlPath}/`)
  return isForApps && appOrigins.includes(origin)
}
