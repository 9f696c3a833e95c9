import { UserManager, WebStorageStateStore } from 'oidc-client-ts'
import { scope, type SessionContender } from '../session-contender.js'

export const contender: SessionContender = {
  async open({ issuer, clientId, redirectUri }) {
    const manager = new UserManager({
      authority: issuer,
      client_id: clientId,
      redirect_uri: redirectUri,
      scope,
      userStore: new WebStorageStateStore({ store: localStorage }),
      // its timer would join the race that the measure starts by hand
      automaticSilentRenew: false,
    })
    if (location.href.startsWith(redirectUri)) await manager.signinCallback()
    const restored = await manager.getUser()
    return {
      signedIn: restored !== null,
      signIn: () => manager.signinRedirect(),
      async token() {
        const user = await manager.getUser()
        return user && !user.expired ? user.access_token : renew()
      },
      tokenAfterRefusal: renew,
    }

    async function renew(): Promise<string> {
      const user = await manager.signinSilent()
      if (!user) throw new Error('no user')
      return user.access_token
    }
  },
}
