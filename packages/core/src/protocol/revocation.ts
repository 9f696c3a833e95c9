/** Token revocation, best effort: whatever the server answers, the token is not used any more here. RFC 7009. */
import type { ProtocolContext } from './protocol-context.js'

export async function revoke(
  { ask, config, documents }: ProtocolContext,
  token: string,
  dpopKey: CryptoKeyPair | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { revocation_endpoint: url } = await documents.server()
  const body = new URLSearchParams({
    token,
    token_type_hint: 'refresh_token',
    client_id: config.clientId,
  })
  // `keepalive`: it outlives the page, for what follows is often a navigation.
  await ask(url, { method: 'POST', body, keepalive: true }, dpopKey, signal)
}
