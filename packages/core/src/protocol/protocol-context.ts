/** What the steps of the protocol share: the configuration, the issuer's documents, and the way to its endpoints. */
import type { Proofs } from './dpop.js'
import type { IssuerDocuments } from './issuer-documents.js'
import type { PlainObject } from './plain-data.js'
import type { ProtocolConfig, ValidatedAuthorizationResponse } from './protocol.js'

/** What an endpoint answered. */
export interface EndpointAnswer {
  readonly response: Response
  /** The body, if it is a JSON object, whatever its content type says. */
  readonly body: PlainObject | undefined
  /** Wall clock before the request, epoch ms. */
  readonly startedAt: number
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
    init: RequestInit,
    dpopKey?: CryptoKeyPair,
    signal?: AbortSignal,
    accessToken?: string,
  ): Promise<EndpointAnswer>
  harmless(text: unknown): string | undefined
}
