/** The protocol layer of a page, in two chunks. */
import { assembleProtocol } from './assemble-protocol.js'
import type { Protocol, ProtocolConfig } from './protocol.js'

export function createProtocol(config: ProtocolConfig): Protocol {
  return assembleProtocol(config, () => import('./second-chunk.js'))
}
