import type { InterceptorContender } from '../interceptor-contender.js'
import { contender as session, openedReference } from '../sessions/reference.js'

/** No interceptor at all: the same bytes on the wire, by a header that is set once. */
export const contender: InterceptorContender = {
  session,
  async attach(api) {
    api.defaults.headers.common.Authorization = `Bearer ${await openedReference().token()}`
  },
}
