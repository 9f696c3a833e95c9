/** The URL axios's adapters will send to, but for its params, which can change neither origin nor path. */
import type { AxiosRequestConfig } from 'axios'

/** No base can make a URL of it: the request is sent untouched. */
const unparsable = 'http://'

/**
 * Combines `baseURL` and `url` exactly as axios does, which the fuzz test compares. Never `getUri`: it reads the instance's defaults.
 */
export function finalUrl({ baseURL, url, allowAbsoluteUrls }: AxiosRequestConfig): string {
  const isAbsolute = /^([a-z][a-z\d+\-.]*:)?\/\//i.test(url as string)
  const joined =
    !baseURL || (isAbsolute && allowAbsoluteUrls !== false)
      ? (url ?? unparsable)
      : url
        ? `${baseURL.replace(/\/+$/, '')}/${url.replace(/^\/+/, '')}`
        : baseURL
  // it depends on axios's version how many slashes are trimmed, and on the params whether spaces are
  const last = joined.charCodeAt(joined.length - 1)
  return baseURL?.endsWith('///') || last <= 0x20 ? unparsable : joined
}
