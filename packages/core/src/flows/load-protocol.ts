/** The protocol layer is a chunk of its own: the first screen does not pay for it. */
import type { AuthClientOptions } from '../auth-client.js'
import type { Environment } from '../environment/environment.js'
import type { Protocol } from '../protocol/protocol.js'
import type { ClientNames } from '../session/client-names.js'
import { lateCode } from './late-code.js'
import { protocolConfig } from './protocol-config.js'

/** Returns a loader that loads once, and again after a failure: a chunk that does not come is a temporary error. */
export function protocolLoader(
  options: AuthClientOptions<unknown>,
  environment: Environment,
  names: ClientNames,
): () => Promise<Protocol> {
  let loading: Promise<Protocol> | undefined
  async function load(): Promise<Protocol> {
    const { createProtocol } = await import('../protocol/index.js')
    return createProtocol(protocolConfig(options, environment, names))
  }
  return () =>
    (loading ??= lateCode(load()).catch((error: unknown) => {
      loading = undefined
      throw error
    }))
}
