/** Our errors in axios's clothes: `isAxiosError` stays true, `cause` is what happened. */
import { isAuthError, type AuthError } from '@latchkey/core'
import { AxiosError, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios'

/**
 * Ours becomes an AxiosError with its code; any other error, and one of axios's that carries ours already, passes unchanged.
 *
 * @param response - The 401 that came first, if there was one. Never its request.
 */
export function toAxiosError(
  error: unknown,
  config: InternalAxiosRequestConfig,
  response: AxiosResponse | undefined,
): unknown {
  if (!isAuthError(error) || 'isAxiosError' in error) return error
  return withCause(new AxiosError(error.message, error.code, config, undefined, response), error)
}

/** The 401 itself, with the reason why there was no second send. */
export function notReplayable(error: unknown, reason: AuthError): unknown {
  return withCause(Object.assign(error as AxiosError, { notReplayable: true }), reason)
}

export function timeoutError(config: InternalAxiosRequestConfig): AxiosError {
  const { timeout, timeoutErrorMessage, transitional } = config
  return new AxiosError(
    timeoutErrorMessage || timeoutMessage(timeout),
    transitional?.clarifyTimeoutError ? 'ETIMEDOUT' : 'ECONNABORTED',
    config,
  )
}

/** axios's fetch adapter tells the time-out it was given, which was only what was left. */
export function withOriginalTimeout(
  error: unknown,
  given: number,
  { timeout }: InternalAxiosRequestConfig,
): unknown {
  const failed = error as Partial<Error> | null | undefined
  if (failed?.message === timeoutMessage(given)) failed.message = timeoutMessage(timeout)
  return error
}

export function timeoutMessage(timeout: number | undefined): string {
  return `timeout of ${timeout}ms exceeded`
}

/** Not enumerable, as with errors of the language: loggers walk what is. */
function withCause(error: unknown, cause: unknown): unknown {
  return Object.defineProperty(error as Error, 'cause', {
    value: cause,
    configurable: true,
    writable: true,
  })
}
