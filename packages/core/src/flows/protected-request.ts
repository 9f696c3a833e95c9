/** What a transport hands over: the request, and how to send it. */
import type { RequestAccess } from '../auth-client.js'
import type { AuthError } from '../errors.js'
import type { RequestPin } from '../session/request-door.js'

/** What the path must know of a request. */
export interface ProtectedRequest {
  /** Relative URLs resolve against the document's base. It must be the URL that is sent. */
  readonly url: string
  readonly method: string
  readonly access?: RequestAccess | undefined
  /** Ends the waiting; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined
  /** `false`: the body can be read only once, so there is no second send. Default `true`. */
  readonly replayable?: boolean
  /** Who it was begun for, by `pinRequest`; default: whoever is here now. */
  readonly pin?: RequestPin
  /** Called with the first answer when it is dropped in favour of a second send. */
  discard?(answer: ResourceAnswer): void
  /** Called when the answer given is the first one only because there must be no second send. */
  notReplayable?(error: AuthError): void
}

/** What the path reads of an answer; a fetch `Response` is one. */
export interface ResourceAnswer {
  readonly status: number
  /** Where it came from; absent or empty: from where the request went. */
  readonly url?: string | undefined
  readonly headers: { get(name: string): string | null | undefined }
}

/** Sends the request with these headers added; with none of them, exactly as it is. */
export type SendRequest<Answer extends ResourceAnswer> = (
  headers: Readonly<Record<string, string>>,
) => Promise<Answer>
