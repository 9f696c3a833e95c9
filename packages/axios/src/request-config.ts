/** The one key of Latchkey in axios's request config; it does not collide with axios's own `auth`. */
import type { RequestAccess } from '@latchkey/core'

declare module 'axios' {
  // Without type parameters it merges with every axios from 1.18 on: they have one, later two, all with defaults.
  interface AxiosRequestConfig {
    /** What this request asks of the attached client. `false`: it is sent as if nothing were attached. */
    access?: RequestAccess | undefined
  }
}
