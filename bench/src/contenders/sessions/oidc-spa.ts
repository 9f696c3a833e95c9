import { createOidc, oidcEarlyInit } from 'oidc-spa/core'
import { scope, type SessionContender } from '../session-contender.js'

// its documentation wants this before anything else; in the iframe of a silent sign-in no app is loaded
const { shouldLoadApp } = oidcEarlyInit({
  BASE_URL: location.pathname.replace(/[^/]*$/, ''),
  sessionRestorationMethod: 'iframe',
})

export const contender: SessionContender = {
  async open({ issuer, clientId }) {
    if (!shouldLoadApp) return new Promise<never>(() => {})
    const oidc = await createOidc({
      issuerUri: issuer,
      clientId,
      scopes: scope.split(' ').slice(1),
    })
    if (!oidc.isUserLoggedIn) {
      const nobody = () => Promise.reject(new Error('nobody is signed in'))
      return {
        signedIn: false,
        signIn: () => oidc.login(),
        token: nobody,
        tokenAfterRefusal: nobody,
      }
    }
    const token = async () => (await oidc.getTokens()).accessToken
    return {
      signedIn: true,
      signIn: () => {},
      token,
      async tokenAfterRefusal() {
        await oidc.renewTokens()
        return token()
      },
    }
  },
}
