/** What the page server tells the harness page about this run. */
import type { AuthClientOptions } from '@latchkey/core'

export interface HarnessConfig {
  /** The client's options, as far as they are plain data. */
  readonly client: AuthClientOptions
  /** `baseURL` of the page's axios instances. */
  readonly apiUrl: string
  /** The mistake of SCENARIOS S8: signs in whenever nobody is signed in. */
  readonly naiveGuard?: boolean
  /** The mistake of S5: the client's own requests go through an instance it is attached to. */
  readonly refreshThroughInstance?: boolean
}
