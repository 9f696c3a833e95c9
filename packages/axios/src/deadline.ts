/** One deadline over waiting, refreshing and replaying: axios's `timeout`, `signal` and `cancelToken`. */
import { AxiosError, type InternalAxiosRequestConfig } from 'axios'

export interface Deadline {
  /** Ends a wait; when the time is over, with axios's own error. */
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
  const waiting = new AbortController()
  // whatever a cancelled request rejects with, axios gives its CanceledError or the token's reason
  const cancel = () => waiting.abort()
  const timer =
    isLimited &&
    setTimeout(() => {
      const code = transitional?.clarifyTimeoutError ? 'ETIMEDOUT' : 'ECONNABORTED'
      waiting.abort(new AxiosError(message, code, config))
    }, timeout)
  signal?.addEventListener('abort', cancel)
  cancelToken?.subscribe(cancel)
  return {
    signal: waiting.signal,
    message,
    restMs: () =>
      isLimited ? Math.max(1, Math.ceil(timeout - performance.now() + startedAt)) : timeout,
    end() {
      clearTimeout(timer as ReturnType<typeof setTimeout>)
      signal?.removeEventListener('abort', cancel)
      cancelToken?.unsubscribe(cancel)
    },
  }
}

export function timeoutMessage(timeout: number): string {
  return `timeout of ${timeout}ms exceeded`
}
