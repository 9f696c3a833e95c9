import { Auth0Client } from '@auth0/auth0-spa-js'
import { scope, type SessionContender } from '../session-contender.js'

let client: Auth0Client | undefined

export const contender: SessionContender = {
  async open({ issuer, clientId, redirectUri }) {
    const auth0 = new Auth0Client({
      // its issuer is always the domain with a slash behind it
      domain: issuer.replace(/\/$/, ''),
      clientId,
      authorizationParams: { redirect_uri: redirectUri, scope },
      useRefreshTokens: true,
      cacheLocation: 'localstorage',
    })
    if (location.href.startsWith(redirectUri)) await auth0.handleRedirectCallback()
    client = auth0
    return {
      signedIn: await auth0.isAuthenticated(),
      signIn: () => auth0.loginWithRedirect(),
      token: () => definite(auth0.getTokenSilently()),
      tokenAfterRefusal: () => definite(auth0.getTokenSilently({ cacheMode: 'off' })),
    }
  },
}

/** The client of this page, for its fetch. */
export function openedAuth0(): Auth0Client {
  if (!client) throw new Error('open the session first')
  return client
}

async function definite(token: Promise<string | undefined>): Promise<string> {
  const value = await token
  if (value === undefined) throw new Error('no token')
  return value
}
