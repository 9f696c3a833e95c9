import { createAuthFetch } from '@latchkey/core'
import type { FetchContender } from '../fetch-contender.js'
import { contender as session, openedClient } from '../sessions/latchkey.js'

export const contender: FetchContender = {
  session,
  wrap: (fetch) => createAuthFetch(openedClient(), { fetch }),
}
