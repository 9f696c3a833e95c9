// Resource indicators (RFC 8707): which APIs there are, and the JWT access tokens they get.
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider'
import type { IssuerSettings } from './options.js'

type ResourceIndicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>

/** OpenID Connect's scopes are named in access tokens too, so that the granted scope of a response is complete. */
const commonScope = 'openid profile email offline_access'

export function resourceIndicators(
  settings: IssuerSettings,
  invalidTarget: () => Error,
): ResourceIndicators {
  return {
    enabled: true,
    defaultResource: (_context, _client, oneOf) => {
      const fallback = settings.defaultResource || undefined
      if (!oneOf) return fallback
      // The token endpoint was told no resource and several are granted.
      return fallback && oneOf.includes(fallback) ? fallback : oneOf[0]
    },
    useGrantedResource: () => true,
    getResourceServerInfo: (_context, identifier) => {
      const resource = settings.resources.find((candidate) => candidate.identifier === identifier)
      if (!resource) throw invalidTarget()
      return {
        scope: [commonScope, resource.scope].filter(Boolean).join(' '),
        audience: identifier,
        accessTokenTTL: resource.lifetimeSeconds ?? settings.accessTokenLifetimeSeconds,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }
    },
  }
}

/** Whether a refresh asks for no resource, or for one that its sign-in was granted. */
export function isGrantedResource({ oidc }: KoaContextWithOIDC): boolean {
  const resource = oidc.params?.resource
  const granted = oidc.entities.RefreshToken?.resourceIndicators
  return resource === undefined || (typeof resource === 'string' && !!granted?.has(resource))
}
