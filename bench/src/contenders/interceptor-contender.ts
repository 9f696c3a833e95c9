// What the measures ask of an axios interceptor. One small file per contender in interceptors/.
import type { AxiosInstance } from 'axios'
import type { PageSettings, SessionContender } from './session-contender.js'

export interface InterceptorContender {
  /** Who signs in and keeps the tokens. */
  session: SessionContender
  /** It changes fetch or XMLHttpRequest for the whole page: what it is compared with must live in another one. */
  patchesGlobals?: boolean
  /** Makes the instance carry the token from now on. */
  attach(api: AxiosInstance, settings: PageSettings): void | Promise<void>
}
