/** What flows load with `import()`: the protocol layer in one chunk. */
export { createProtocol } from './create-protocol.js'
