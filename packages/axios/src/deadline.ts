/** One deadline over waiting, refreshing and replaying: axios's `timeout`, `signal` and `cancelToken`. */
import { CanceledError, type InternalAxiosRequestConfig } from 'axios'
import { timeoutError } from './axios-errors.js'

export interface Deadline {
  /** Ends a wait; its reason is the error axios would give. Set up when it is first read: a request that never waits needs none. */
  readonly signal: AbortSignal
  /**
   * What is left for the next send, in whole ms; the config's own value if that sets no limit.
   *
   * @throws {AxiosError} Nothing is left.
   */
  restMs(): number
  /** Lets go of timer and listeners. */
  end(): void
}

export function startDeadline(config: InternalAxiosRequestConfig): Deadline {
  const { timeout = 0, signal, cancelToken } = config
  const startedAt = performance.now()
  // a longer timer would fire at once
  const isLimited = timeout > 0 && timeout < 2 ** 31
  const restMs = () => {
    if (!isLimited) return timeout
    const rest = Math.ceil(timeout - performance.now() + startedAt)
    if (rest <= 0) throw timeoutError(config)
    return rest
  }
  let controller: AbortController | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const abort = (reason: unknown) => controller?.abort(reason)
  const cancel = () => abort(new CanceledError(undefined, config))
  return {
    get signal() {
      if (!controller) {
        controller = new AbortController()
        if (isLimited) timer = setTimeout(() => abort(timeoutError(config)), restMs())
        cancelToken?.subscribe(abort)
        if (signal?.aborted) cancel()
        else signal?.addEventListener?.('abort', cancel)
      }
      return controller.signal
    },
    restMs,
    end() {
      clearTimeout(timer)
      cancelToken?.unsubscribe(abort)
      signal?.removeEventListener?.('abort', cancel)
    },
  }
}
