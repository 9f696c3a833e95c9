/** A service worker with nothing but the refreshes in it. Its own address names the client: a page cannot. */
import { handleRefreshes } from '@latchkey/core/service-worker'

const { searchParams } = new URL(location.href)
handleRefreshes({
  issuer: searchParams.get('issuer') ?? '',
  clientId: searchParams.get('client_id') ?? '',
})
