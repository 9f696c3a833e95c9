/** The protocol layer is a chunk of its own: the first screen does not pay for it. */
import type { AuthClientOptions } from '../auth-client.js'
import type { Environment } from '../environment/environment.js'
import type { CachedMetadata, Protocol } from '../protocol/protocol.js'
import type { ClientNames } from '../session/client-names.js'
import { lateCode } from './late-code.js'

/** Returns a loader that loads once, and again after a failure: a chunk that does not come is a temporary error. */
export function protocolLoader(
  options: AuthClientOptions<unknown>,
  { store, fetch, clock }: Environment,
  names: ClientNames,
): () => Promise<Protocol> {
  let loading: Promise<Protocol> | undefined
  async function load(): Promise<Protocol> {
    const { createProtocol } = await import('../protocol/index.js')
    return createProtocol({
      issuer: options.issuer,
      clientId: options.clientId,
      metadata: options.metadata,
      allowedEndpointOrigins: options.allowedEndpointOrigins ?? [],
      authorizationParams: options.authorizationParams ?? {},
      tokenParams: options.tokenParams ?? {},
      clockToleranceMs: options.clockToleranceMs ?? 600_000,
      idTokenSigningAlgorithms: options.idTokenSigningAlgorithms,
      dpop: options.dpop ?? 'off',
      par: options.par ?? false,
      fetch,
      clock,
      cache: {
        read: () => store.read(names.metadata).catch(() => undefined),
        write: (cached: CachedMetadata) =>
          store
            .update(names.metadata, () => ({ put: cached, result: undefined }))
            .catch(() => undefined),
      },
    })
  }
  return () =>
    (loading ??= lateCode(load()).catch((error: unknown) => {
      loading = undefined
      throw error
    }))
}
