/** What the page server tells the harness page about this run. */
import type { AuthClientOptions } from '@latchkey/core'

export interface HarnessConfig {
  /** The client's options, as far as they are plain data. */
  readonly client: AuthClientOptions
  /** `baseURL` of the page's axios instances. */
  readonly apiUrl: string
}
