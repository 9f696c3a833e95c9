/** What the steps of the protocol share: the configuration, the issuer's documents, and the way to its endpoints. */
import type { Proofs } from './dpop.js'
import type { EndpointAnswer } from './endpoint-answer.js'
import type { IssuerDocuments } from './issuer-documents.js'
import type { ProtocolConfig, ValidatedAuthorizationResponse } from './protocol.js'

/** A request as `fetch` takes it, its headers as a plain object. */
export interface EndpointInit extends Omit<RequestInit, 'headers'> {
  readonly headers?: Readonly<Record<string, string>>
}

export interface ProtocolContext {
  readonly config: ProtocolConfig
  readonly documents: IssuerDocuments
  /** The codes of the responses that passed every check, kept apart so that nobody has one without the checks, or logs it. */
  readonly codes: WeakMap<ValidatedAuthorizationResponse, string>
  proofs(): Promise<Proofs>
  /**
   * Asks an endpoint of the authorization server; with a key, the request carries a proof.
   *
   * @param signal - Ends it earlier.
   * @param accessToken - What the proof is bound to (`ath`).
   * @throws {AuthError} There is no such endpoint, no answer (see `boundedFetch`), or no proof (see `dpop.ts`).
   */
  ask(
    url: string | undefined,
    init: EndpointInit,
    dpopKey?: CryptoKeyPair,
    signal?: AbortSignal,
    accessToken?: string,
  ): Promise<EndpointAnswer>
  harmless(text: unknown): string | undefined
}
