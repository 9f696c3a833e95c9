/** Token revocation, best effort: whatever the server answers, the token is not used any more here. RFC 7009. */
import { endpointFetch, type ProtocolContext } from './protocol-context.js'

export async function revoke(
  context: ProtocolContext,
  refreshToken: string,
  dpopKey: CryptoKeyPair | undefined,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { revocation_endpoint: url } = await context.documents.server()
    if (!url) return
    const send = (headers: Record<string, string>) =>
      endpointFetch(context, signal)(url, {
        method: 'POST',
        headers,
        body: new URLSearchParams({
          token: refreshToken,
          token_type_hint: 'refresh_token',
          client_id: context.config.clientId,
        }),
        // It outlives the page: what follows is often a navigation.
        keepalive: true,
      })
    if (dpopKey) await (await context.proofs()).send(dpopKey, { method: 'POST', url }, send)
    else await send({})
  } catch {
    // Nothing can be done about it, and nobody is waiting.
  }
}
