/** A real client in a simulated tab, signed in at a real issuer. */
import type { AuthClient, AuthClientOptions } from '@latchkey/core'
import type { DevIssuer } from '@latchkey/dev-issuer'
import { assembleClient } from '../../../core/src/create-auth-client.js'
import {
  createFakeBrowser,
  type FakeBrowser,
} from '../../../core/src/environment/testing/fake-browser.js'
import { createFakeClock } from '../../../core/src/environment/testing/fake-clock.js'
import { createTestBrowser } from '../../../dev-issuer/src/testing/browser.js'

const appOrigin = 'http://localhost:5173'

export interface SignedInClient {
  readonly auth: AuthClient
  /** Its clock stands still but for what the test does; the issuer's goes on. */
  readonly browser: FakeBrowser
}

export async function signInClient(
  issuer: DevIssuer,
  options: Partial<AuthClientOptions>,
): Promise<SignedInClient> {
  const browser = createFakeBrowser({ clock: createFakeClock(Date.now()) })
  const assemble = (start: Parameters<typeof assembleClient>[1]) =>
    assembleClient(
      {
        issuer: issuer.url,
        clientId: 'demo-app',
        redirectUri: '/callback',
        proactiveRefresh: false,
        ...options,
      },
      start,
      { attempts: new Map(), callbacks: new Map() },
    )
  const tab = browser.openTab({ url: `${appOrigin}/`, fetch })
  void assemble(tab.start).signIn()
  while (tab.destination === undefined) await new Promise(setImmediate)
  const callback = await createTestBrowser().visit(tab.destination, { appOrigin })
  const auth = assemble(tab.navigate(callback.href).start)
  await auth.ready
  if (auth.state.status !== 'signed-in') throw new Error(`it is ${JSON.stringify(auth.state)}`)
  return { auth, browser }
}
