import { attachAuth } from '@latchkey/axios'
import type { InterceptorContender } from '../interceptor-contender.js'
import { contender as session, openedClient } from '../sessions/latchkey.js'

export const contender: InterceptorContender = {
  session,
  attach: (api) => void attachAuth(api, openedClient()),
}
