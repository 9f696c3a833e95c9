/** The protocol layer as one object: every step shares the issuer's documents and the DPoP nonces of this page. */
import { buildAuthorizationRequest } from './authorization-request.js'
import { authorizationCodeGrant } from './authorization-code-grant.js'
import { validateAuthorizationResponse } from './authorization-response.js'
import type { Proofs } from './dpop.js'
import { endSessionUrl } from './end-session.js'
import { createIssuerDocuments } from './issuer-documents.js'
import { signInFailed } from './problem.js'
import type { Protocol, ProtocolConfig } from './protocol.js'
import type { ProtocolContext } from './protocol-context.js'
import { refreshTokenGrant } from './refresh-token-grant.js'
import { revoke } from './revocation.js'

export function createProtocol(config: ProtocolConfig): Protocol {
  const documents = createIssuerDocuments(config)
  let proofs: Promise<Proofs> | undefined
  const context: ProtocolContext = {
    config,
    documents,
    proofs: () => {
      proofs ??= import('./dpop.js').then(
        ({ createProofs }) => createProofs(config.clock),
        chunkLost,
      )
      // Not kept: the next use tries to load it again.
      proofs.catch(() => (proofs = undefined))
      return proofs
    },
  }
  return {
    async prepare() {
      await documents.server()
      // Without keys a refresh goes on, so they are no reason to fail.
      await documents.keys().catch(() => {})
      if (config.dpop !== 'off') await context.proofs()
    },
    buildAuthorizationRequest: (input) => buildAuthorizationRequest(context, input),
    validateAuthorizationResponse: (parameters, pending) =>
      validateAuthorizationResponse(context, parameters, pending),
    authorizationCodeGrant: (response, pending) =>
      authorizationCodeGrant(context, response, pending),
    refreshTokenGrant: (input) => refreshTokenGrant(context, input),
    revoke: (refreshToken, dpopKey, signal) => revoke(context, refreshToken, dpopKey, signal),
    endSessionUrl: (input) => endSessionUrl(context, input),
    async userInfo(accessToken, subject, dpopKey) {
      const { userInfo } = await import('./user-info.js').catch(chunkLost)
      return userInfo(context, accessToken, subject, dpopKey)
    },
    proof: async ({ key, ...claims }) => (await context.proofs()).prove(key, claims),
  }
}

function chunkLost(): never {
  throw signInFailed('issuer-unreachable', 'A part of the app could not be loaded. Try again.')
}
