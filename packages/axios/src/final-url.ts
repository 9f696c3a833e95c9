/** The URL axios's adapters will send to, but for its params, which can change neither origin nor path. */
import type { AxiosRequestConfig } from 'axios'

/** No base can make a URL of it: the request is sent untouched. */
const unparsable = 'http://'

/**
 * Combines `baseURL` and `url` exactly as axios does; never `getUri`, which knows nothing of `allowAbsoluteUrls` in the config.
 *
 * @see The fuzz test, which compares it with the URL that axios sends.
 */
export function finalUrl({ baseURL, url, allowAbsoluteUrls }: AxiosRequestConfig): string {
  const isAbsolute = /^([a-z][a-z\d+\-.]*:)?\/\//i.test(url as string)
  if (!baseURL || (isAbsolute && allowAbsoluteUrls !== false)) return url ?? unparsable
  // axios trims them all, or no more than two, depending on its version
  if (baseURL.endsWith('///')) return unparsable
  return url ? `${baseURL.replace(/\/+$/, '')}/${url.replace(/^\/+/, '')}` : baseURL
}
