/**
 * What happens around a session, not during it: signing in and out, the profile, and DPoP. A chunk of its own.
 *
 * Its modules import types and errors only, and get what they need from the context: a module that two chunks import becomes a third one.
 */
export { buildAuthorizationRequest } from './authorization-request.js'
export { validateAuthorizationResponse } from './authorization-response.js'
export { createProofs } from './dpop.js'
export { endSessionUrl } from './end-session.js'
export { revoke } from './revocation.js'
export { userInfo } from './user-info.js'
