/** Entry of its own, for bindings to a framework or a router: what all of them would have to decide alike. */
export { admit, requireUser, type GuardOptions } from './flows/admit.js'
export { needsSignIn, signInOnce } from './flows/sign-in-once.js'
export { isUnknown, untilKnown } from './flows/until-known.js'
export type { StateMembers } from './session/state.js'
