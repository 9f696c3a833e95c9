/** The adapter between axios and the one that sends: here a request gets its token, waits, and is sent once more. */
import {
  isAuthError,
  requestProtectedResource,
  type AuthClient,
  type RequestPin,
  type ResourceAnswer,
} from '@latchkey/core'
import {
  AxiosError,
  AxiosHeaders,
  getAdapter,
  type AxiosAdapter,
  type AxiosRequestConfig,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios'
import { concealToken } from './conceal-token.js'
import { startDeadline, timeoutMessage } from './deadline.js'
import { finalUrl } from './final-url.js'
import { prepareSend } from './prepare-send.js'

export type BaseAdapter = NonNullable<AxiosRequestConfig['adapter']>
interface Answer extends ResourceAnswer {
  readonly response: AxiosResponse
}
type Body = Partial<ReadableStream & { destroy(): void; pipe: unknown }> | null | undefined

/** All but the pin is made afresh for each request: an app may send one config many times. */
export function wrapAdapter(
  auth: AuthClient<unknown>,
  base: BaseAdapter,
  pin: RequestPin,
): AxiosAdapter {
  // chosen only now, with the config: it may bring a fetch of its own
  const dispatch = async (
    config: InternalAxiosRequestConfig,
    adapter = base,
  ): Promise<AxiosResponse> => getAdapter(adapter, config)(config)

  return async (config) => {
    // own properties only, as axios reads them: a polluted prototype must not decide where a token goes
    const own = { __proto__: null, ...config }
    const body = own.data as Body
    if (own.auth || own.headers.has('authorization')) return dispatch(config)

    const deadline = startDeadline(config)
    // what axios rejected the last send with: for its response's status, or for want of a response
    let failure: AxiosError | undefined
    let refused: Answer | undefined
    // whether this tick is over: only what is sent in it can be what the app sent
    let isLater = false
    try {
      const running = requestProtectedResource<Answer>(
        auth,
        {
          url: finalUrl(own),
          method: `${own.method}`.toUpperCase(),
          access: own.access,
          pin,
          get signal() {
            return deadline.signal
          },
          // a stream can be read only once
          replayable: !(body?.getReader || body?.pipe),
          discard({ response }: Answer) {
            const data = response.data as Body
            data?.cancel?.().catch(() => {})
            data?.destroy?.()
          },
          notReplayable(cause) {
            if (failure) Object.assign(failure, { cause, notReplayable: true })
          },
        },
        async (added) => {
          const restMs = deadline.restMs()
          const isBare = !isLater && !added['authorization']
          const sent = isBare ? config : prepareSend(config, added, restMs, deadline.message)
          failure = undefined
          // a proof goes by fetch, which can refuse a redirect, unless the app has named an adapter
          const response = await dispatch(
            sent,
            added['dpop'] && Array.isArray(base) ? 'fetch' : base,
          ).catch((error: AxiosError | undefined) => {
            failure = error
            // axios's fetch adapter tells the time-out it was given, and not in the words it was given
            if (error?.message === timeoutMessage(restMs)) error.message = deadline.message
            return error?.response
          })
          if (!isBare) {
            concealToken(failure, config)
            concealToken(response, config)
          }
          if (!response) throw failure as unknown as Error
          return (refused = {
            status: response.status,
            headers: AxiosHeaders.from(response.headers as AxiosHeaders) as Answer['headers'],
            // where redirects have led to; fetch's adapter does not tell
            url: (response.request as Partial<XMLHttpRequest> | undefined)?.responseURL,
            response,
          })
        },
      )
      isLater = true
      const outcome = await running
      if (failure) throw failure
      return outcome.response
    } catch (error) {
      throw error !== failure && isAuthError(error)
        ? AxiosError.from(error, '', config, undefined, refused?.response)
        : error
    } finally {
      deadline.end()
    }
  }
}
