import { OktaAuth } from '@okta/okta-auth-js'
import { scope, type SessionContender } from '../session-contender.js'

export const contender: SessionContender = {
  async open({ issuer, clientId, redirectUri }) {
    const okta = new OktaAuth({
      issuer,
      clientId,
      redirectUri,
      scopes: scope.split(' '),
      // the paths are Okta's own unless they are told
      authorizeUrl: `${issuer}/authorize`,
      tokenUrl: `${issuer}/token`,
      userinfoUrl: `${issuer}/userinfo`,
      tokenManager: { storage: 'localStorage', autoRenew: false, autoRemove: false },
    })
    if (okta.isLoginRedirect()) {
      const { tokens } = await okta.token.parseFromUrl()
      okta.tokenManager.setTokens(tokens)
    }
    const restored = await okta.tokenManager.getTokens()
    return {
      signedIn: restored.accessToken !== undefined,
      signIn: () => okta.token.getWithRedirect(),
      token: () => textOf(okta.getOrRenewAccessToken()),
      async tokenAfterRefusal() {
        const token = await okta.tokenManager.renew('accessToken')
        return (token as { accessToken: string }).accessToken
      },
    }
  },
}

async function textOf(token: Promise<string | null>): Promise<string> {
  const value = await token
  if (value === null) throw new Error('no token')
  return value
}
