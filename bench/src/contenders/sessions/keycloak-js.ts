import Keycloak from 'keycloak-js'
import { scope, type SessionContender } from '../session-contender.js'

export const contender: SessionContender = {
  async open({ issuer, clientId, homeUri }) {
    const keycloak = new Keycloak({ oidcProvider: issuer, clientId })
    const signedIn = await keycloak.init({
      // tokens live in memory only: the session comes back through an iframe
      onLoad: 'check-sso',
      silentCheckSsoRedirectUri: `${homeUri}silent`,
      checkLoginIframe: false,
      pkceMethod: 'S256',
      redirectUri: homeUri,
      scope,
    })
    return {
      signedIn,
      signIn: () => keycloak.login({ redirectUri: homeUri, scope }),
      async token() {
        await keycloak.updateToken(5)
        return keycloak.token as string
      },
      async tokenAfterRefusal() {
        await keycloak.updateToken(-1)
        return keycloak.token as string
      },
    }
  },
}
