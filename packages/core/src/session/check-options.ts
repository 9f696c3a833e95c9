import { ConfigurationError } from '../errors.js'
import { isSecureUrl, parseUrl } from './resource.js'

/** @throws {ConfigurationError} What would only be noticed at the authorization server, or too late. */
export function checkOptions(
  { issuer, clientId, redirectUri }: { issuer: string; clientId: string; redirectUri: string },
  pageUrl: string,
): void {
  const url = parseUrl(issuer)
  if (!url || !isSecureUrl(url) || url.search || url.hash)
    throw new ConfigurationError('issuer', 'must be an https: URL (http: on loopback only)')
  if (!clientId) throw new ConfigurationError('clientId', 'is missing')
  if (!parseUrl(redirectUri, pageUrl) || redirectUri.includes('#'))
    throw new ConfigurationError('redirectUri', 'must be a URL without a fragment')
}
