/** Takes an authorization response out of the address bar, synchronously, before anything else on the page can read it (RFC 9700 §4.2.4). */
import type { Page } from '../environment/environment.js'

const ours =
  'code state iss session_state error error_description error_uri access_token id_token token'
/** What the implicit flow left in a fragment. */
const implicit = /[#&](access_token|id_token|token)=/

/**
 * The response's parameters, if it is ours: the path is the redirect URI's and `state` has our prefix. Anything else in the URL is left alone.
 *
 * @param statePrefix - What the `state` of this client begins with.
 */
export function captureCallback(
  page: Pick<Page, 'url' | 'replaceUrl'>,
  redirectUri: string,
  statePrefix: string,
): URLSearchParams | undefined {
  const url = new URL(page.url())
  const target = new URL(redirectUri, url)
  const { searchParams } = url
  if (
    url.origin !== target.origin ||
    url.pathname !== target.pathname ||
    !searchParams.get('state')?.startsWith(statePrefix)
  )
    return undefined
  const captured = new URLSearchParams(searchParams)
  if (implicit.test(url.hash)) {
    // the protocol layer refuses it
    captured.append('token', '')
    url.hash = ''
  }
  for (const name of ours.split(' ')) searchParams.delete(name)
  page.replaceUrl(url.href)
  return captured
}
