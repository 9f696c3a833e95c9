import { OidcClient, TokenAutomaticRenewMode } from '@axa-fr/oidc-client'
import { scope, type SessionContender } from '../session-contender.js'

export const contender: SessionContender = {
  async open({ issuer, clientId, redirectUri }) {
    const oidc = OidcClient.getOrCreate(() => fetch)({
      authority: issuer,
      client_id: clientId,
      redirect_uri: redirectUri,
      scope,
      // without its service worker; in localStorage, so that tabs share the session
      storage: localStorage,
      // its timer would join the race that the measure starts by hand
      token_automatic_renew_mode: TokenAutomaticRenewMode.AutomaticOnlyWhenFetchExecuted,
    })
    if (location.href.startsWith(redirectUri)) await oidc.loginCallbackAsync()
    else await oidc.tryKeepExistingSessionAsync()
    return {
      signedIn: Boolean(oidc.tokens?.accessToken),
      signIn: () => oidc.loginAsync('/'),
      async token() {
        const { tokens } = await oidc.getValidTokenAsync()
        return (tokens as { accessToken: string }).accessToken
      },
      async tokenAfterRefusal() {
        const tokens = await oidc.renewTokensOrThrowAsync()
        return tokens.accessToken as string
      },
    }
  },
}
