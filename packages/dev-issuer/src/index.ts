// The public list of @latchkey/dev-issuer.
export { startDevIssuer } from './start-dev-issuer.js'
export type { DevIssuer, IssuerControls, SignJwtOptions } from './dev-issuer.js'
export {
  multiFactorAcr,
  passwordAcr,
  type DemoUser,
  type DevClient,
  type DevIssuerOptions,
  type DevResource,
} from './options.js'
export type { Endpoint } from './endpoints.js'
export type {
  Fault,
  FaultEffect,
  FaultHandle,
  FaultSwitchboard,
  FaultyEndpoint,
  Hold,
  HoldOptions,
} from './faults.js'
export {
  isTokenRequest,
  type IssuerEvent,
  type RequestCounters,
  type RequestEvent,
  type TokenRequestEvent,
} from './request-log.js'
