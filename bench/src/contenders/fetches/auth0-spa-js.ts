import type { FetchContender } from '../fetch-contender.js'
import { contender as session, openedAuth0 } from '../sessions/auth0-spa-js.js'

export const contender: FetchContender = {
  session,
  wrap(fetch) {
    const fetcher = openedAuth0().createFetcher({ fetch, baseUrl: location.origin })
    return (input, init) => fetcher.fetchWithAuth(input as string, init)
  },
}
