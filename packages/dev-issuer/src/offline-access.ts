// Keeps offline_access in a request without prompt=consent, where oidc-provider takes it out.
import type { KoaContextWithOIDC } from 'oidc-provider'

/**
 * Puts `offline_access` back if the app asked for it.
 *
 * Registered as the check of an extra parameter: the one hook that runs after oidc-provider has dropped the scope.
 */
export function keepOfflineAccess(context: KoaContextWithOIDC): void {
  const { params } = context.oidc
  if (!params || !askedScope(context).split(' ').includes('offline_access')) return
  const scopes = new Set(String(params.scope ?? '').split(' '))
  params.scope = [...scopes.add('offline_access')].join(' ').trim()
}

/** The scope as it was sent: in the URL, in the body of a pushed request, or in the pushed request now redeemed. */
function askedScope(context: KoaContextWithOIDC): string {
  const pushed: unknown = context.oidc.entities.PushedAuthorizationRequest
  if (pushed && typeof pushed === 'object' && 'request' in pushed) {
    return scopeOfRequestObject(String(pushed.request))
  }
  return String(context.oidc.body?.scope ?? context.query.scope ?? '')
}

function scopeOfRequestObject(jwt: string): string {
  const [, payload = ''] = jwt.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { scope?: string }
  return claims.scope ?? ''
}
