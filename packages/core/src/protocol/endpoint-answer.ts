/** What an endpoint of the authorization server answered. */
import type { PlainObject } from './plain-data.js'

export interface EndpointAnswer {
  readonly response: Response
  /** The body, if it is a JSON object, whatever its content type says. */
  readonly body: PlainObject | undefined
  /** Wall clock before the request, epoch ms. */
  readonly startedAt: number
}
