// Fills in what the log says about a request: what was asked, and what the provider made of it.
import type { KoaContextWithOIDC } from 'oidc-provider'
import { formOf } from './request-body.js'
import { isTokenRequest, type IssuerEvent, type TokenRequestEvent } from './request-log.js'
import type { TokenLedger } from './token-ledger.js'

/** Writes down what a token request asks for, before anything has happened to it. */
export function describeTokenRequest(
  event: TokenRequestEvent,
  context: KoaContextWithOIDC,
  ledger: TokenLedger,
): void {
  const form = formOf(context.req)
  event.grantType = form.get('grant_type') ?? ''
  event.reuse = 'none'
  event.dpop = context.get('DPoP') !== ''
  const clientId = form.get('client_id')
  if (clientId) event.clientId = clientId
  const resource = form.getAll('resource')
  if (resource.length > 0) event.resource = resource
  const scope = form.get('scope')
  if (scope) event.scope = scope

  const known = ledger.refreshToken(form.get('refresh_token') ?? '')
  if (!known) return
  event.refreshTokenGeneration = known.generation
  event.familyId = known.familyId
}

/** Writes down the provider's answer, before a fault can change it. */
export function noteProviderOutcome(
  event: IssuerEvent,
  context: KoaContextWithOIDC,
  ledger: TokenLedger,
): void {
  event.result = resultOf(context, isTokenRequest(event) ? 'granted' : 'ok')
  // Not there when the request never reached one of the provider's own routes.
  const oidc = context.oidc as KoaContextWithOIDC['oidc'] | undefined
  const { Client, Account, Grant, AuthorizationCode } = oidc?.entities ?? {}
  if (Client) event.clientId = Client.clientId
  const subject = Account?.accountId ?? (context.state.subject as string | undefined)
  if (subject) event.subject = subject
  const familyId = AuthorizationCode?.grantId ?? Grant?.jti
  if (familyId) event.familyId ??= familyId
  if (isTokenRequest(event)) noteRefreshToken(event, context, ledger)
}

function noteRefreshToken(
  event: TokenRequestEvent,
  context: KoaContextWithOIDC,
  ledger: TokenLedger,
): void {
  const sent = ledger.refreshToken(formOf(context.req).get('refresh_token') ?? '')
  if (context.state.refreshTokenReused) event.reuse = 'detected'
  if (event.result !== 'granted') return
  if (sent && sent.uses > 1) event.reuse = 'within-grace'
  const given: unknown = context.body
  if (given && typeof given === 'object' && 'refresh_token' in given) {
    const generation = ledger.refreshToken(String(given.refresh_token))?.generation
    if (generation !== undefined) event.newRefreshTokenGeneration = generation
  }
}

function resultOf(context: KoaContextWithOIDC, success: string): string {
  if (context.status < 400) return success
  const body: unknown = context.body
  if (body && typeof body === 'object' && 'error' in body) return String(body.error)
  return `http-${context.status}`
}
