import SuperTokens from 'supertokens-website'
import type { InterceptorContender } from '../interceptor-contender.js'
import { contender as session } from '../sessions/reference.js'

/** It speaks its own protocol with its own backend: lib/supertokens-backend.ts. */
export const contender: InterceptorContender = {
  session,
  patchesGlobals: true,
  async attach(api, { homeUri }) {
    SuperTokens.init({
      apiDomain: new URL(homeUri).origin,
      apiBasePath: '/auth',
      tokenTransferMethod: 'header',
    })
    SuperTokens.addAxiosInterceptors(api)
    await api.post('/auth/start')
  },
}
