import { createAuthClient, type AuthClient, type AuthClientOptions } from '@latchkey/core'
import type { OpenSession, PageSettings, SessionContender } from '../session-contender.js'

let client: AuthClient | undefined

export const contender: SessionContender = {
  open: (settings) => openClient(clientOptions(settings)),
}

export async function openClient(options: AuthClientOptions): Promise<OpenSession> {
  const auth = createAuthClient(options)
  client = auth
  await auth.ready
  return {
    signedIn: auth.state.status === 'signed-in',
    signIn: () => auth.signIn(),
    token: () => auth.getAccessToken(),
    tokenAfterRefusal: (refused) => auth.getAccessToken({ refused }),
  }
}

export function clientOptions({ issuer, clientId, redirectUri }: PageSettings): AuthClientOptions {
  return {
    issuer,
    clientId,
    redirectUri,
    resources: [{ url: '/api/' }],
    // the storms are larger than what an app would let wait
    queue: { maxLength: 20_000, maxWaitMs: 120_000 },
  }
}

/** The client of this page, for the interceptor and the fetch twin. */
export function openedClient(): AuthClient {
  if (!client) throw new Error('open the session first')
  return client
}
