import type { AuthClientOptions } from '../auth-client.js'
import type { Environment } from '../environment/environment.js'
import type { CachedMetadata, ProtocolConfig } from '../protocol/protocol.js'
import type { ClientNames } from '../session/client-names.js'

const defaultClockToleranceMs = 600_000

/** What the protocol layer is told of a client. */
export function protocolConfig(
  options: AuthClientOptions<unknown>,
  { store, fetch, clock }: Environment,
  names: ClientNames,
): ProtocolConfig {
  return {
    issuer: options.issuer,
    clientId: options.clientId,
    metadata: options.metadata,
    allowedEndpointOrigins: options.allowedEndpointOrigins ?? [],
    authorizationParams: options.authorizationParams ?? {},
    tokenParams: options.tokenParams ?? {},
    clockToleranceMs: options.clockToleranceMs ?? defaultClockToleranceMs,
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
  }
}
