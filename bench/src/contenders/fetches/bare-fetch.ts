import type { FetchContender } from '../fetch-contender.js'
import { contender as session, openedReference } from '../sessions/reference.js'

/** No wrapper at all: the same bytes on the wire. */
export const contender: FetchContender = {
  session,
  async wrap(fetch) {
    const headers = { authorization: `Bearer ${await openedReference().token()}` }
    return (input, init) => fetch(input, { ...init, headers })
  },
}
