/** Where in the app to continue: never out of it (RFC 9700 §4.11.1). */
import { parseUrl } from './resource.js'

const longest = 8192

/** The path, query and hash, if the value leads back into the app's origin; else `/`. Checked when written and when read. */
export function safeReturnTo(value: unknown, appUrl: string): string {
  if (typeof value !== 'string' || value.length > longest) return '/'
  const app = new URL(appUrl)
  const url = parseUrl(value, app.href)
  // a path like //evil would be another origin when used alone
  return url?.protocol === app.protocol &&
    url.origin === app.origin &&
    !url.pathname.startsWith('//')
    ? url.pathname + url.search + url.hash
    : '/'
}
