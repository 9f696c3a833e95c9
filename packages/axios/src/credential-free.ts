/** Takes what was sent out of what the app gets: the token lives in copies of its config, and in fetch's and Node's requests. */
import type { AxiosError, AxiosResponse, InternalAxiosRequestConfig } from 'axios'

/** Gives a response, or an error with its response and causes, the app's config, and a request that shows no token. */
export function withoutCredentials<Outcome>(
  outcome: Outcome,
  config: InternalAxiosRequestConfig,
): Outcome {
  const given = outcome as Partial<AxiosError & AxiosResponse> | null | undefined
  if (!given) return outcome
  if (given.config) given.config = config
  const request = given.request as { headers?: Headers; pipe?: unknown } | null | undefined
  if (request?.headers?.delete)
    for (const name of ['authorization', 'dpop']) request.headers.delete(name)
  // Node's: it cannot forget what it sent
  else if (request?.pipe) Object.defineProperty(given, 'request', { enumerable: false })
  withoutCredentials(given.response, config)
  const cause = given.cause as Partial<AxiosError> | undefined
  if (cause?.isAxiosError) withoutCredentials(cause, config)
  return outcome
}
