import { applyAuthTokenInterceptor, setAuthTokens } from 'axios-jwt'
import type { InterceptorContender } from '../interceptor-contender.js'
import { contender as session, openedReference } from '../sessions/reference.js'

export const contender: InterceptorContender = {
  session,
  async attach(api) {
    const client = openedReference()
    // this first: it brings the storage
    applyAuthTokenInterceptor(api, {
      async requestRefresh() {
        await client.refresh()
        return tokens()
      },
    })
    await setAuthTokens(tokens())

    function tokens() {
      const { record } = client
      if (!record) throw new Error('nobody is signed in')
      return { accessToken: record.accessToken, refreshToken: record.refreshToken }
    }
  },
}
