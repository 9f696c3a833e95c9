import { ReferenceClient } from '../reference/reference-client.js'
import type { SessionContender } from '../session-contender.js'

let client: ReferenceClient | undefined

export const contender: SessionContender = {
  async open(settings) {
    client = new ReferenceClient(settings)
    await client.open()
    const opened = client
    return {
      signedIn: opened.record !== undefined,
      signIn: () => opened.signIn(),
      token: () => opened.token(),
      tokenAfterRefusal: (refused) => opened.tokenAfterRefusal(refused),
    }
  },
}

/** The client of this page, for the interceptors on top of it. */
export function openedReference(): ReferenceClient {
  if (!client) throw new Error('open the session first')
  return client
}
