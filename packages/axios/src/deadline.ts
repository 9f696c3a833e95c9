/** One deadline over waiting, refreshing and replaying: axios's `timeout`, `signal` and `cancelToken`. */
import { AxiosError, type InternalAxiosRequestConfig } from 'axios'

export interface Deadline {
  /** Ends a wait; when the time is over, with axios's own error. Set up when it is first read: most requests never wait. */
  readonly signal: AbortSignal
  /** What axios says when the time is over. */
  readonly message: string
  /** What is left for the next send, in whole ms; the config's own value, if that sets no limit. */
  restMs(): number
  /** Lets go of timer and listeners. */
  end(): void
}

export function startDeadline(config: InternalAxiosRequestConfig): Deadline {
  const { timeout = 0, cancelToken, transitional } = config
  const signal = config.signal as AbortSignal | undefined
  // a longer timer would fire at once
  const isLimited = timeout > 0 && timeout < 2 ** 31
  const message = config.timeoutErrorMessage || timeoutMessage(timeout)
  const startedAt = performance.now()
  const restMs = () =>
    isLimited ? Math.max(1, Math.ceil(timeout - performance.now() + startedAt)) : timeout
  let waiting: AbortController | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  // whatever a cancelled request rejects with, axios gives its CanceledError or the token's reason
  const cancel = () => waiting?.abort()
  return {
    get signal() {
      if (!waiting) {
        waiting = new AbortController()
        if (isLimited)
          timer = setTimeout(() => {
            const code = transitional?.clarifyTimeoutError ? 'ETIMEDOUT' : 'ECONNABORTED'
            waiting?.abort(new AxiosError(message, code, config))
          }, restMs())
        cancelToken?.subscribe(cancel)
        signal?.addEventListener('abort', cancel)
        if (signal?.aborted) cancel()
      }
      return waiting.signal
    },
    message,
    restMs,
    end() {
      clearTimeout(timer)
      cancelToken?.unsubscribe(cancel)
      signal?.removeEventListener('abort', cancel)
    },
  }
}

export function timeoutMessage(timeout: number): string {
  return `timeout of ${timeout}ms exceeded`
}
