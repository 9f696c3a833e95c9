/** The adapter between axios and the one that sends: here a request gets its token, waits, and is sent once more. */
import {
  requestProtectedResource,
  type AuthClient,
  type AuthError,
  type RequestAccessOptions,
  type RequestPin,
} from '@latchkey/core'
import {
  getAdapter,
  type AxiosAdapter,
  type AxiosRequestConfig,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios'
import { notReplayable, toAxiosError, withOriginalTimeout } from './axios-errors.js'
import { withoutCredentials } from './credential-free.js'
import { startDeadline } from './deadline.js'
import { finalUrl } from './final-url.js'
import { prepareSend } from './prepare-send.js'
import { cancelBody, readOutcome, type AxiosAnswer } from './response-outcome.js'
import { isUntouched } from './untouched.js'

type Adapter = NonNullable<AxiosRequestConfig['adapter']>

interface Wrapping {
  readonly attachment: {
    readonly auth: AuthClient<never> | AuthClient
    readonly options: RequestAccessOptions | undefined
    readonly isAttached: boolean
  }
  readonly base: Adapter
  readonly pin: RequestPin
}

const wrappings = new WeakMap<object, Wrapping>()

/** How this client wrapped the adapter, however many clients have wrapped it since. */
export function findWrapping(adapter: Adapter, auth: unknown): Wrapping | undefined {
  let found = wrappings.get(adapter as object)
  while (found && found.attachment.auth !== auth) found = wrappings.get(found.base as object)
  return found
}

/** All but the pin is made afresh for each request: an app may send one config many times. */
export function wrapAdapter(wrapping: Wrapping): AxiosAdapter {
  const { attachment, base, pin } = wrapping
  const { auth, options } = attachment
  const adapter: AxiosAdapter = async (config) => {
    // own properties only, as axios reads them: a polluted prototype must not decide where a token goes
    const own = Object.assign(Object.create(null), config) as InternalAxiosRequestConfig
    if (!attachment.isAttached || isUntouched(own)) return getAdapter(base, config)(config)
    const deadline = startDeadline(config)
    let refused: AxiosResponse | undefined
    let reason: AuthError | undefined

    const send = async (headers: Readonly<Record<string, string>>): Promise<AxiosAnswer> => {
      const timeout = deadline.restMs()
      if (Object.keys(headers).length === 0 && timeout === (config.timeout ?? 0))
        return readOutcome(getAdapter(base, config)(config))
      const copy = prepareSend(config, base, headers, timeout)
      try {
        const answer = await readOutcome(getAdapter(copy.adapter, copy)(copy))
        refused = answer.response
        withoutCredentials(answer.error ?? answer.response, config)
        return answer
      } catch (error) {
        throw withOriginalTimeout(withoutCredentials(error, config), timeout, config)
      }
    }

    let answer
    try {
      answer = await requestProtectedResource(
        auth,
        {
          url: finalUrl(own),
          method: (own.method ?? 'get').toUpperCase(),
          access: { ...options, ...(own.access as RequestAccessOptions) },
          replayable: isReplayable(config.data),
          pin,
          get signal() {
            return deadline.signal
          },
          discard: cancelBody,
          notReplayable(error) {
            reason = error
          },
        },
        send,
      )
    } catch (error) {
      throw toAxiosError(error, config, refused)
    } finally {
      deadline.end()
    }
    if (answer.error) throw reason ? notReplayable(answer.error, reason) : answer.error
    return answer.response
  }
  wrappings.set(adapter, wrapping)
  return adapter
}

/** A stream can be read once; `form-data` of Node is one, too. */
function isReplayable(data: unknown): boolean {
  const stream = data as { getReader?: unknown; pipe?: unknown } | null | undefined
  return !(stream?.getReader ?? stream?.pipe)
}
