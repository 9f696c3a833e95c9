import { OidcClient } from '@axa-fr/oidc-client'
import type { FetchContender } from '../fetch-contender.js'
import { contender as session } from '../sessions/axa-oidc-client.js'

export const contender: FetchContender = {
  session,
  wrap: (fetch) => OidcClient.getOrThrow().fetchWithTokens(fetch),
}
