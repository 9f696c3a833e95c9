/** The config of one send: a copy with the token in it, which the app never sees. */
import { AxiosHeaders, mergeConfig, type InternalAxiosRequestConfig } from 'axios'

export function prepareSend(
  config: InternalAxiosRequestConfig,
  headers: Readonly<Record<string, string>>,
  timeout: number,
  timeoutErrorMessage: string,
): InternalAxiosRequestConfig {
  const copy = mergeConfig({}, config) as InternalAxiosRequestConfig
  const { onDownloadProgress } = copy
  // mergeConfig clones plain objects: a body is sent as it is
  copy.data = config.data as unknown
  copy.headers = AxiosHeaders.concat(copy.headers, headers)
  Object.assign(copy, timeout && { timeout, timeoutErrorMessage })
  // XMLHttpRequest tells whose body it is: that of a 401 may be dropped
  if (onDownloadProgress)
    copy.onDownloadProgress = (progress) =>
      (progress.event as ProgressEvent<XMLHttpRequest> | undefined)?.target?.status === 401 ||
      onDownloadProgress(progress)
  // a redirect would carry the proof to another origin; XMLHttpRequest cannot stop it
  if (headers['dpop']) copy.fetchOptions = { redirect: 'error', ...copy.fetchOptions }
  return copy
}
