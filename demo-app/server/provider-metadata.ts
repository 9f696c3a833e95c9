// What an OpenID provider publishes about itself (OpenID Connect Discovery 1.0 §4).

export interface ProviderMetadata {
  readonly issuer: string
  readonly jwks_uri: string
  readonly userinfo_endpoint?: string
  readonly [name: string]: unknown
}

/** @throws {Error} It cannot be read, or is another provider's; the message says what to do. */
export async function readProviderMetadata(issuer: string): Promise<ProviderMetadata> {
  // The path is appended, also to an issuer that has one of its own.
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const answer = await fetch(url).catch((error: unknown) => {
    throw new Error(`The OpenID provider does not answer at ${url}. Is ISSUER right?`, {
      cause: error,
    })
  })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}. Is ISSUER right?`)
  const metadata = (await answer.json()) as ProviderMetadata
  if (metadata.issuer !== issuer)
    throw new Error(`The provider calls itself ${metadata.issuer}. Set ISSUER to exactly that.`)
  return metadata
}

/** Where a page must be able to send requests: some providers serve their endpoints from elsewhere. */
export function originsOf(metadata: ProviderMetadata): string[] {
  const names = ['issuer', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri', 'revocation_endpoint']
  const urls = names.map((name) => metadata[name])
  const texts = urls.filter((url): url is string => typeof url === 'string')
  return [...new Set(texts.map((url) => new URL(url).origin))]
}
