/** One deadline over waiting, refreshing and replaying: axios's `timeout`, `signal` and `cancelToken`. */
import { AxiosError, CanceledError, type InternalAxiosRequestConfig } from 'axios'

export interface Deadline {
  /** Ends a wait; its reason is the error axios would give. */
  readonly signal: AbortSignal
  /** What axios says when the time is over. */
  readonly message: string
  /** What is left for the next send, in whole ms; the config's own value, if that sets no limit. */
  restMs(): number
  /** Lets go of timer and listeners. */
  end(): void
}

export function startDeadline(config: InternalAxiosRequestConfig): Deadline {
  const { timeout = 0, signal, cancelToken, transitional } = config
  // a longer timer would fire at once
  const isLimited = timeout > 0 && timeout < 2 ** 31
  const message = config.timeoutErrorMessage || timeoutMessage(timeout)
  const startedAt = performance.now()
  const waiting = new AbortController()
  const stop = (reason: unknown) => {
    waiting.abort((reason as Event).type ? new CanceledError(undefined, config) : reason)
  }
  const timer =
    isLimited &&
    setTimeout(() => {
      const code = transitional?.clarifyTimeoutError ? 'ETIMEDOUT' : 'ECONNABORTED'
      stop(new AxiosError(message, code, config))
    }, timeout)
  signal?.addEventListener?.('abort', stop)
  cancelToken?.subscribe(stop)
  return {
    signal: waiting.signal,
    message,
    restMs: () =>
      isLimited ? Math.max(1, Math.ceil(timeout - performance.now() + startedAt)) : timeout,
    end() {
      clearTimeout(timer || undefined)
      signal?.removeEventListener?.('abort', stop)
      cancelToken?.unsubscribe(stop)
    },
  }
}

export function timeoutMessage(timeout: number): string {
  return `timeout of ${timeout}ms exceeded`
}
