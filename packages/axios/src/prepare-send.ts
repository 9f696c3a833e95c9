/** The config of one send: a copy with the token in it, which the app never sees. */
import {
  AxiosHeaders,
  mergeConfig,
  type AxiosProgressEvent,
  type AxiosRequestConfig,
  type InternalAxiosRequestConfig,
} from 'axios'
import { timeoutMessage } from './axios-errors.js'

export function prepareSend(
  config: InternalAxiosRequestConfig,
  base: NonNullable<AxiosRequestConfig['adapter']>,
  headers: Readonly<Record<string, string>>,
  timeout: number,
): InternalAxiosRequestConfig {
  const copy = mergeConfig({}, config) as InternalAxiosRequestConfig
  const { onDownloadProgress, withXSRFToken } = copy
  copy.headers = AxiosHeaders.from(copy.headers).set(headers)
  // mergeConfig clones plain objects: a body is sent as it is
  copy.data = config.data as unknown
  if (timeout) {
    copy.timeout = timeout
    copy.timeoutErrorMessage ||= timeoutMessage(config.timeout)
  }
  if (onDownloadProgress)
    copy.onDownloadProgress = (progress) => isRefusal(progress) || onDownloadProgress(progress)
  if (typeof withXSRFToken === 'function')
    copy.withXSRFToken = (sent) => withXSRFToken({ ...sent, headers: config.headers })
  copy.adapter = base
  if (copy.headers.has('dpop')) refuseRedirects(copy)
  return copy
}

/** The body of a 401, as XMLHttpRequest tells it; fetch does not say whose progress it is. */
function isRefusal({ event }: AxiosProgressEvent): boolean {
  return (event as ProgressEvent<XMLHttpRequest> | undefined)?.target?.status === 401
}

/** A redirect would carry the proof to another origin. XMLHttpRequest cannot stop it, but only it tells of an upload's progress everywhere. */
function refuseRedirects(copy: InternalAxiosRequestConfig): void {
  const { adapter, onUploadProgress, fetchOptions } = copy
  if (Array.isArray(adapter) && !onUploadProgress) copy.adapter = ['fetch', ...adapter]
  copy.fetchOptions = { redirect: 'error', ...fetchOptions }
}
