// Which grant an authorization request gets: our own apps are granted what they ask for, without a consent page.
import type { Grant, KoaContextWithOIDC } from 'oidc-provider'
import type { IssuerSettings } from './options.js'

/**
 * Gives the grant for the authorization request under way; `undefined` leads to the consent page.
 *
 * Each sign-in with offline access gets a grant of its own, so that a reuse of one session's refresh token ends that
 * session and no other.
 */
export async function grantForAuthorization(
  context: KoaContextWithOIDC,
  settings: IssuerSettings,
): Promise<Grant | undefined> {
  const { oidc } = context
  const { Grant } = oidc.provider
  const consentedGrantId = oidc.result?.consent?.grantId
  if (consentedGrantId) return Grant.find(consentedGrantId)

  const clientId = oidc.client?.clientId ?? ''
  const earlierGrantId = oidc.session?.grantIdFor(clientId)
  const earlierGrant = earlierGrantId ? await Grant.find(earlierGrantId) : undefined
  const client = settings.clients.find((candidate) => candidate.clientId === clientId)
  if (client?.requireConsent || oidc.prompts.has('consent')) return earlierGrant

  const ownGrant = oidc.requestParamScopes.has('offline_access')
  const grant =
    earlierGrant && !ownGrant
      ? earlierGrant
      : new Grant({ clientId, accountId: oidc.session?.accountId ?? '' })
  grantEverythingRequested(grant, oidc)
  await grant.save()
  return grant
}

/** Adds what an authorization request asks for to a grant. */
function grantEverythingRequested(grant: Grant, oidc: KoaContextWithOIDC['oidc']): void {
  grant.addOIDCScope([...oidc.requestParamOIDCScopes].join(' '))
  grant.addOIDCClaims([...oidc.requestParamClaims])
  for (const [identifier, { scopes }] of Object.entries(oidc.resourceServers ?? {})) {
    const requested = [...oidc.requestParamScopes].filter((scope) => scopes.has(scope))
    grant.addResourceScope(identifier, requested.join(' '))
  }
}
