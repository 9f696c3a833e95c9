/** Where to send the user to be signed out at the provider too. OpenID Connect RP-Initiated Logout §2, and what two providers want instead. */
import type { EndSessionInput } from './protocol.js'
import type { ProtocolContext } from './protocol-context.js'

export async function endSessionUrl(
  { config, documents }: ProtocolContext,
  { idToken, postLogoutRedirectUri }: EndSessionInput,
): Promise<string | undefined> {
  const { authorization_endpoint, end_session_endpoint } = await documents.server()
  const { origin, hostname } = new URL(config.issuer)
  let endpoint = end_session_endpoint
  let parameters: Record<string, string | undefined> = {
    id_token_hint: idToken,
    post_logout_redirect_uri: postLogoutRedirectUri,
  }
  if (/^cognito-idp\..+\.amazonaws\.com$/.test(hostname)) {
    endpoint ??= new URL('/logout', authorization_endpoint).href
    parameters = { logout_uri: postLogoutRedirectUri }
  } else if (!endpoint && hostname.endsWith('.auth0.com')) {
    endpoint = `${origin}/v2/logout`
    parameters = { returnTo: postLogoutRedirectUri }
  }
  if (!endpoint) return undefined
  const url = new URL(endpoint)
  for (const [name, value] of Object.entries({ client_id: config.clientId, ...parameters }))
    if (value) url.searchParams.set(name, value)
  return url.href
}
